"""Messages generated from Protos/pons/v1 (`tests/test_generated.py` says how)."""
