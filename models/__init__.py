"""Bundled contact models; each folder holds card.json and weights.json (see `stsdetect.score.load_model`)."""
