"""Research: topics, visits, findings; and confidential talks of which others see only the count."""
