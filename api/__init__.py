"""What people and programs meet: the command line, HTTP, and the words both speak."""
