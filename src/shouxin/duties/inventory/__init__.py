"""What the organisation holds and does, its versions, and the facts that follow from it."""
