"""What is made by running things: the knowledge (`stdlib`, `practice`) and the pictures of the pages (`pictures`)."""
