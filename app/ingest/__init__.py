"""The outside world -> Document: fetch bytes, read them, clean the text. No database."""
