"""A site's own batches beside the base model."""
