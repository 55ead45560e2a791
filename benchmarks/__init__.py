"""What is fast, measured: calls against their floor, growth with size, and what a page costs."""
