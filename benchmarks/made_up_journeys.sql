-- Ten years of journeys, made up: see made_up_journeys.py. Numbers and identifiers depend on the seed, on what they are for
-- and on the row alone.

CREATE FUNCTION pg_temp.draw(what text, row_number text) RETURNS float LANGUAGE sql IMMUTABLE AS
$$ SELECT ('x' || substr(md5(row_number || what || %(seed)s), 1, 7))::bit(28)::int / 268435456.0 $$;

CREATE FUNCTION pg_temp.key(what text, row_number text) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT md5(what || row_number || %(seed)s)::uuid $$;

CREATE TEMPORARY TABLE made_referent AS SELECT id, row_number() OVER (ORDER BY email) - 1 AS rank FROM accounts_account WHERE email LIKE 'referent%%';

CREATE TEMPORARY TABLE made_programme AS SELECT id, row_number() OVER (ORDER BY name) - 1 AS rank FROM journeys_programme;

INSERT INTO directory_person (id, created_at, updated_at, given_name, family_name, birth_date, address, lon, lat,
    residence, residence_on, residence_why, zone_codes, zone_generation, needs)
SELECT pg_temp.key('person', n::text), now(), now(), 'Prénom' || n, 'Nom' || n,
    current_date - (16 * 365 + (pg_temp.draw('age', n::text) * 40 * 365))::int, '',
    -1.68 + pg_temp.draw('lon', n::text) * 0.2 - 0.1, 48.11 + pg_temp.draw('lat', n::text) * 0.12 - 0.06,
    CASE WHEN pg_temp.draw('zone', n::text) < 0.3 THEN 'yes' ELSE 'no' END, current_date, '',
    CASE WHEN pg_temp.draw('zone', n::text) < 0.3 THEN 'QN0350' || (1 + floor(pg_temp.draw('which', n::text) * 5)::int) || 'M' ELSE '' END, 2024, ''
FROM generate_series(1, %(people)s) n;

INSERT INTO directory_profile (id, created_at, updated_at, person_id, sex, level, jobs, weekly_hours, mode, minutes)
SELECT pg_temp.key('profile', n::text), now(), now(), pg_temp.key('person', n::text),
    CASE WHEN pg_temp.draw('sex', n::text) < 0.52 THEN 'woman' ELSE 'man' END,
    (ARRAY['none', '3', '4', '5', '6'])[1 + floor(pg_temp.draw('level', n::text) * 5)::int], ARRAY['F1606'], 35, 'transit', 60
FROM generate_series(1, %(journeys)s) n;

INSERT INTO directory_contact (id, created_at, updated_at, person_id, capacity, name, email, phone)
SELECT pg_temp.key('contact', n::text), now(), now(), pg_temp.key('person', n::text), 'self', '', 'personne' || n || '@example.org', '0600000000'
FROM generate_series(1, %(journeys)s) n;

CREATE TEMPORARY TABLE made_journey AS
SELECT n, pg_temp.key('journey', n::text) AS id, pg_temp.key('person', n::text) AS person_id,
    current_date - 30 - ((pg_temp.draw('entry', n::text)) * %(days)s)::int AS entered_on,
    (200 + pg_temp.draw('length', n::text) * 500)::int AS lasts
FROM generate_series(1, %(journeys)s) n;

ALTER TABLE made_journey ADD COLUMN ended boolean;

UPDATE made_journey SET ended = entered_on + lasts < current_date;

INSERT INTO journeys_journey (id, created_at, updated_at, person_id, programme_id, state, asked_on, asked_by_name, why,
    entered_on, planned_end_on, project, project_job, exited_on, exit_kind, exit_note, residence, zone_codes,
    last_contact_on)
SELECT made.id, now(), now(), made.person_id, programme.id, CASE WHEN ended THEN 'ended' ELSE 'under_way' END,
    entered_on - 20, '', '', entered_on, entered_on + 730, '', '',
    CASE WHEN ended THEN entered_on + lasts END,
    CASE WHEN ended THEN (ARRAY['lasting_job', 'short_job', 'qualification', 'company', 'moved', 'given_up'])[
        1 + floor(pg_temp.draw('exit', n::text) * 6)::int] ELSE '' END, '',
    person.residence, person.zone_codes,
    CASE WHEN ended THEN entered_on + lasts ELSE current_date - (pg_temp.draw('contact', n::text) * 60)::int END
FROM made_journey made JOIN directory_person person ON person.id = made.person_id
JOIN made_programme programme ON programme.rank = n %% %(programmes)s;

INSERT INTO journeys_following (id, created_at, updated_at, journey_id, referent_id, started_on, ended_on, note)
SELECT pg_temp.key('following', n::text), now(), now(), made.id, referent.id, entered_on,
    CASE WHEN ended THEN entered_on + lasts END, ''
FROM made_journey made JOIN made_referent referent ON referent.rank = n %% %(referents)s;

INSERT INTO journeys_step (id, created_at, updated_at, journey_id, kind, title, "where", state, starts_on,
    planned_end_on, ended_on, outcome)
SELECT pg_temp.key('step', (n * 10 + k)::text), now(), now(), made.id,
    (ARRAY['diagnosis', 'obstacle', 'training', 'insertion_work', 'employment'])[k],
    'Étape ' || k, '', CASE WHEN ended OR begins + 90 < current_date - (pg_temp.draw('late', n::text) * 30)::int THEN 'done'
        WHEN begins < current_date THEN 'under_way' ELSE 'planned' END,
    begins, begins + 90,
    CASE WHEN ended OR begins + 90 < current_date - (pg_temp.draw('late', n::text) * 30)::int THEN begins + 80 END, ''
FROM made_journey made, generate_series(1, 5) k, LATERAL (SELECT entered_on + (k - 1) * 100 AS begins) at;

INSERT INTO journeys_exchange (id, created_at, updated_at, journey_id, "on", channel, text, by_id)
SELECT pg_temp.key('exchange', (n * 10 + k)::text), now(), now(), made.id, entered_on + k * 30, 'meeting', 'Point.', NULL
FROM made_journey made, generate_series(1, 5) k;

INSERT INTO journeys_situation (id, created_at, updated_at, journey_id, moment, answered_on, sex, age, level, labour,
    unemployed_months, in_training, searching, qualified, improved, disability, nationality, housing_exclusion, rural,
    note, answered_by_id, repeated)
SELECT pg_temp.key('situation', n || moment), now(), now(), made.id, moment,
    CASE moment WHEN 'entry' THEN entered_on ELSE entered_on + lasts + 10 END,
    profile.sex, (16 + pg_temp.draw('age', n::text) * 40)::int, profile.level,
    CASE moment WHEN 'entry' THEN (ARRAY['unemployed', 'inactive', 'employed'])[1 + floor(pg_temp.draw('work', n::text) * 3)::int]
        ELSE (ARRAY['unemployed', 'inactive', 'employed'])[1 + floor(pg_temp.draw('after', n::text) * 3)::int] END,
    CASE WHEN moment = 'entry' AND pg_temp.draw('work', n::text) * 3 < 1 THEN (pg_temp.draw('months', n::text) * 40)::int END,
    pg_temp.draw('training', n::text) < 0.1, pg_temp.draw('search', n::text) < 0.5, pg_temp.draw('title', n::text) < 0.2, pg_temp.draw('better', n::text) < 0.4,
    CASE WHEN pg_temp.draw('rqth', n::text) < 0.1 THEN 'yes' ELSE 'no' END, 'eu', 'no', false, '', NULL, false
FROM made_journey made JOIN directory_profile profile ON profile.person_id = made.person_id,
    (VALUES ('entry'), ('exit'), ('six_months')) moments(moment)
WHERE moment = 'entry' OR (ended AND entered_on + lasts + 200 < current_date);

INSERT INTO journeys_proof (id, created_at, updated_at, journey_id, kind, moment, name, file, dated_on, valid_until,
    state, checked_by_id, why_refused)
SELECT pg_temp.key('proof', n || kind), now(), now(), made.id, kind, 'entry', '', '', entered_on, NULL, 'accepted', NULL, ''
FROM made_journey made, (VALUES ('identity'), ('agreement')) kinds(kind)
WHERE pg_temp.draw('proof', n || kind) < 0.9;

INSERT INTO journeys_milestone (id, created_at, updated_at, person_id, stage, source, source_key, starts_on, ends_on,
    title, "where")
SELECT pg_temp.key('way', n::text), now(), now(), pg_temp.key('person', n::text), 'internship', 'made.up', pg_temp.key('way', n::text),
    current_date - (pg_temp.draw('intern', n::text) * %(days)s)::int, NULL, 'Stage', ''
FROM generate_series(1, %(people)s) n WHERE pg_temp.draw('interned', n::text) < 0.7;
