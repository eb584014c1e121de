-- The knowledge base: articles in folders and categories, what readers think of them, and their search index.

create table kb_categories (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  description text,
  -- Lists are in this order.
  position integer not null check (position between 0 and 1000000),
  created_at integer not null
) strict;

-- What loses its category or folder stays, without one.
create table kb_folders (
  id integer primary key autoincrement,
  uuid text not null unique,
  name text not null check (length(name) between 1 and 255),
  category_id integer references kb_categories (id) on delete set null,
  created_at integer not null
) strict;

create index kb_folders_category on kb_folders (category_id);

-- The long columns stand last, so that a list that skips a row never reads them.
create table kb_articles (
  id integer primary key autoincrement,
  uuid text not null unique,
  folder_id integer references kb_folders (id) on delete set null,
  category_id integer references kb_categories (id) on delete set null,
  status text not null check (status in ('draft', 'published')),
  visibility text not null check (visibility in ('public', 'internal')),
  is_faq integer not null check (is_faq in (0, 1)),
  -- Kept, not counted: readers' votes.
  helpful integer not null default 0 check (helpful >= 0),
  not_helpful integer not null default 0 check (not_helpful >= 0),
  created_at integer not null,
  updated_at integer not null,
  title text not null check (length(title) between 1 and 255),
  -- A JSON list of words.
  tags text not null check (json_valid(tags)),
  -- Markdown.
  content text not null,
  -- The content without its Markdown, made when it is saved: what search and the FAQ show.
  plain text not null,
  -- Nothing is published empty.
  check (status = 'draft' or content <> '')
) strict;

create index kb_articles_folder on kb_articles (folder_id);
create index kb_articles_category on kb_articles (category_id);
-- What readers see decides which categories and folders they see.
create index kb_articles_public_folder on kb_articles (folder_id)
  where status = 'published' and visibility = 'public';
create index kb_articles_public_category on kb_articles (category_id)
  where status = 'published' and visibility = 'public';
create index kb_articles_faq on kb_articles (id) where is_faq = 1 and status = 'published' and visibility = 'public';

-- One row for each reader of an article; a vote outlasts its reader.
create table kb_feedback (
  id integer primary key autoincrement,
  uuid text not null unique,
  article_id integer not null references kb_articles (id) on delete cascade,
  user_id integer references users (id) on delete set null,
  is_helpful integer not null check (is_helpful in (0, 1)),
  comment text,
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index kb_feedback_reader on kb_feedback (article_id, user_id);
create index kb_feedback_article on kb_feedback (article_id, id);
create index kb_feedback_user on kb_feedback (user_id);

-- One row for each article. `scope` holds who may find it: the word public for what everybody may read, else staff. The text
-- is kept here too, for the snippets.
create virtual table kb_search using fts5 (
  scope, title, tags, content,
  prefix = '2 3', tokenize = "unicode61 remove_diacritics 2"
);
