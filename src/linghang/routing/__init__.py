"""Problems raised at the front, routed to the unit that can solve them, with a clock at every stage."""
