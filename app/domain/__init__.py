"""Frozen values and closed vocabularies; standard library only. Everything between the network and the database is one of these."""
