"""The network: trained, calibrated, exported."""
