"""What is past its keeping time: found over all stores, approved by a second person, carried out, proven."""
