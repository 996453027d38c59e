"""The ordered extractors. `Extractor.extract` is the one function behind the API, the CLI and ingestion."""
