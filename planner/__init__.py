"""Ground floor: the vocabulary of a journey, the network as arrays, and the searches over it."""
