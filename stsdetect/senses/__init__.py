"""Other senses than AIS: when satellites pass, and (to come) detections from space and interference."""
