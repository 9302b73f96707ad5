"""The pages keep their promises: what the code has, the docs name, and the other way round."""
