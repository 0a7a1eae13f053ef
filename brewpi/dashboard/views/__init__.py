"""What the board shows: pages, cards, charts and the words on them."""
