-- The words that the index of tickets has, in their order: a view of it, with nothing of its own.
create virtual table ticket_words using fts5vocab (ticket_search, instance);
