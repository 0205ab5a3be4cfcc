-- Up Migration

-- What wordings do: which one was chosen by chance, and among which. Without the second the first proves nothing.
alter table messages
  -- The text's kind, language and opening, as in 'firm.es.2'; null where nobody chose.
  add column variant text,
  -- What the choice was made among, itself included; one alone was no choice.
  add column among text[] not null default '{}';
