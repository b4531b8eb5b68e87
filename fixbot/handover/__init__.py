"""What one half of a job hands to the other: the documents, their text, and whether they may be believed."""
