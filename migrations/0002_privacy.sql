-- Erasures and legal holds; and no pseudonyms in the view any more: an outcome's decision stands in its entry, so nothing here
-- has to be joined by person, and nothing here has to be erased.

drop index decision_by_subject;
alter table decision drop column subject_ref;
-- Of the entry that erased its contents.
alter table decision add column erased_index bigint;
create index decision_kept on decision (use_case, log_index) where erased_index is null;

alter table outcome drop column subject_ref;

-- A blind second look at a decision whose contents were erased is no longer asked for: set to that entry's index. It says
-- nothing where somebody had looked before.
alter table review add column lapsed_index bigint;
drop index review_open;
create index review_open on review (use_case, log_index) where done_at is null and lapsed_index is null;

-- Entries beside decisions that still have contents: people's answers and comments, subjects of outcomes.
create table content (
  log_index   bigint      primary key,
  decision    uuid,
  use_case    text,
  recorded_at timestamptz not null
);
create index content_by_decision on content (decision) where decision is not null;
create index content_by_age      on content (use_case, log_index);

create table erasure (
  log_index    bigint      primary key,
  id           text        not null,
  at           timestamptz not null,
  cause        text        not null,
  reason       text        not null,
  by_key       text        not null,
  by_name      text        not null,
  use_case     text,                  -- null: a person's decisions, of any
  decisions    integer     not null,
  held         jsonb       not null,  -- [{hold, decisions}]
  payloads     integer     not null,
  completed_at timestamptz            -- null: still to be carried out
);
create index erasure_unfinished on erasure (log_index) where completed_at is null;

create table legal_hold (
  id              text        primary key,
  log_index       bigint      not null unique,  -- the pseudonym of a person lies beside that entry
  use_case        text,                         -- null: a person's
  reason          text        not null,
  by_key          text        not null,
  by_name         text        not null,
  placed_at       timestamptz not null,
  released_index  bigint,
  released_at     timestamptz,
  released_by_key text,
  released_by     text,
  release_reason  text
);

-- Who read entries of the log, or took a copy.
create table log_read (
  log_index  bigint      primary key,
  at         timestamptz not null,
  by_key     text        not null,
  by_name    text        not null,
  via        text        not null,
  from_index bigint      not null,
  to_index   bigint      not null
);

-- What was projected before has none of this: it is projected again from the log.
truncate projection, use_case, use_case_revision, api_key, decision, decision_count, review, action, outcome, accuracy_count;
