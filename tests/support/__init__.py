"""What tests of many kinds share: databases, a small congress, records built by hand."""
