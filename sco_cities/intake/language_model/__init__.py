"""What a language model finds in a report: the question, the endpoint that is asked, and what of the answer counts."""
