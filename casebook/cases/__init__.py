"""What every case page shows in the same way; each case's own arithmetic is a module beside it."""
