SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.browse_log_cities_city_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'cities_city.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_city_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'cities_city.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_city_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_city_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'cities_city.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'cities_city.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_country_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'cities_country.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_country_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'cities_country.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_country_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_cities_country_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'cities_country.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'cities_country.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_attendance_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_attendance.delegate_id', delegate_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE delegate_id IS NOT NULL UNION SELECT 'delegates_attendance.event_id', event_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE event_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_attendance_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_attendance.delegate_id', delegate_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE delegate_id IS NOT NULL UNION SELECT 'delegates_attendance.event_id', event_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE event_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_attendance_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_attendance_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_attendance.delegate_id', delegate_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE delegate_id IS NOT NULL UNION SELECT 'delegates_attendance.delegate_id', delegate_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE delegate_id IS NOT NULL UNION SELECT 'delegates_attendance.event_id', event_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE event_id IS NOT NULL UNION SELECT 'delegates_attendance.event_id', event_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE event_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_delegate.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_delegate.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_passages_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_delegate_passages.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_passages_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_delegate_passages.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_passages_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_passages_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_delegate_passages.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'delegates_delegate_passages.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_delegate_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_delegate.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'delegates_delegate.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_event.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_event.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_themes_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_event_themes.event_id', event_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE event_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_themes_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_event_themes.event_id', event_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE event_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_themes_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_themes_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_event_themes.event_id', event_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE event_id IS NOT NULL UNION SELECT 'delegates_event_themes.event_id', event_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE event_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_event_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_event.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'delegates_event.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_organisation_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_organisation.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_organisation_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_organisation.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_organisation_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_organisation_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_organisation.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'delegates_organisation.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_statement.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_statement.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_themes_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_statement_themes.statement_id', statement_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE statement_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_themes_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_statement_themes.statement_id', statement_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE statement_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_themes_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_themes_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_statement_themes.statement_id', statement_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE statement_id IS NOT NULL UNION SELECT 'delegates_statement_themes.statement_id', statement_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE statement_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_delegates_statement_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'delegates_statement.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'delegates_statement.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_countries_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_countries.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_countries_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_countries.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_countries_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_countries_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_countries.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL UNION SELECT 'initiatives_initiative_countries.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_organisations_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_organisations.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_organisations_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_organisations.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_organisations_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_organisations_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_organisations.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL UNION SELECT 'initiatives_initiative_organisations.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_themes_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_themes.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_themes_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_themes.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_themes_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_themes_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative_themes.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL UNION SELECT 'initiatives_initiative_themes.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiative_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiative.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'initiatives_initiative.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiativecity_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiativecity.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiativecity_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiativecity.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiativecity_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_initiatives_initiativecity_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'initiatives_initiativecity.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE initiative_id IS NOT NULL UNION SELECT 'initiatives_initiativecity.initiative_id', initiative_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE initiative_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_addresscheck_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_addresscheck.report_id', report_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE report_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_addresscheck_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_addresscheck.report_id', report_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE report_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_addresscheck_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_addresscheck_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_addresscheck.report_id', report_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE report_id IS NOT NULL UNION SELECT 'sources_addresscheck.report_id', report_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE report_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_evidence_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_evidence.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE object_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_evidence_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_evidence.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE object_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_evidence_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_evidence_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_evidence.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE object_id IS NOT NULL UNION SELECT 'sources_evidence.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE object_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_figure_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_figure.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE object_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_figure_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_figure.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE object_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_figure_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_figure_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_figure.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM old_rows WHERE object_id IS NOT NULL UNION SELECT 'sources_figure.object_id/' || content_type_id, object_id, pg_current_xact_id()::text::bigint FROM new_rows WHERE object_id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_formerslug_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_formerslug.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_formerslug_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_formerslug.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_formerslug_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_formerslug_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_formerslug.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'sources_formerslug.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_passage_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_passage.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_passage_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_passage.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_passage_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_passage_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_passage.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'sources_passage.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL UNION SELECT '*', 0, pg_current_xact_id()::text::bigint WHERE EXISTS (SELECT report_id, id FROM new_rows EXCEPT SELECT report_id, id FROM old_rows); RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_report_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_report.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_report_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_report.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_report_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_report_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_report.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'sources_report.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_ruling_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_ruling.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_ruling_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_ruling.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_ruling_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_sources_ruling_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'sources_ruling.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'sources_ruling.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_themes_theme_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'themes_theme.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_themes_theme_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'themes_theme.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_themes_theme_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT '*', 0, pg_current_xact_id()::text::bigint; RETURN NULL; END $$;
CREATE FUNCTION public.browse_log_themes_theme_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO browse_change (part, key, transaction_number) SELECT 'themes_theme.id', id, pg_current_xact_id()::text::bigint FROM old_rows WHERE id IS NOT NULL UNION SELECT 'themes_theme.id', id, pg_current_xact_id()::text::bigint FROM new_rows WHERE id IS NOT NULL; RETURN NULL; END $$;
CREATE FUNCTION public.search_cities_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_cities USING old_rows WHERE search_cities.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_cities_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_cities SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_cities_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_cities; RETURN NULL; END $$;
CREATE FUNCTION public.search_cities_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_cities USING old_rows WHERE search_cities.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_cities SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_countries_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_countries USING old_rows WHERE search_countries.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_countries_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_countries SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_countries_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_countries; RETURN NULL; END $$;
CREATE FUNCTION public.search_countries_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_countries USING old_rows WHERE search_countries.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_countries SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_delegates_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_delegates USING old_rows WHERE search_delegates.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_delegates_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_delegates SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_delegates_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_delegates; RETURN NULL; END $$;
CREATE FUNCTION public.search_delegates_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_delegates USING old_rows WHERE search_delegates.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_delegates SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_events_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_events USING old_rows WHERE search_events.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_events_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_events SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_events_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_events; RETURN NULL; END $$;
CREATE FUNCTION public.search_events_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_events USING old_rows WHERE search_events.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_events SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_initiatives_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_initiatives USING old_rows WHERE search_initiatives.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_initiatives_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_initiatives SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_initiatives_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_initiatives; RETURN NULL; END $$;
CREATE FUNCTION public.search_initiatives_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_initiatives USING old_rows WHERE search_initiatives.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_initiatives SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_keys(documents regclass, wanted tsquery) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $_$
        DECLARE keys bytea;
        BEGIN
            EXECUTE format('SELECT string_agg(int4send(id::int4), NULL) FROM %s WHERE terms @@ $1', documents)
            INTO keys USING wanted;
            RETURN keys;
        END $_$;
CREATE FUNCTION public.search_organisations_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_organisations USING old_rows WHERE search_organisations.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_organisations_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_organisations SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_organisations_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_organisations; RETURN NULL; END $$;
CREATE FUNCTION public.search_organisations_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_organisations USING old_rows WHERE search_organisations.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_organisations SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_reports_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_reports USING old_rows WHERE search_reports.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_reports_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_reports SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_reports_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_reports; RETURN NULL; END $$;
CREATE FUNCTION public.search_reports_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_reports USING old_rows WHERE search_reports.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_reports SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_statements_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_statements USING old_rows WHERE search_statements.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_statements_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_statements SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_statements_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_statements; RETURN NULL; END $$;
CREATE FUNCTION public.search_statements_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_statements USING old_rows WHERE search_statements.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_statements SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_themes_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_themes USING old_rows WHERE search_themes.id = old_rows.id; RETURN NULL; END $$;
CREATE FUNCTION public.search_themes_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO search_themes SELECT id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
CREATE FUNCTION public.search_themes_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN TRUNCATE search_themes; RETURN NULL; END $$;
CREATE FUNCTION public.search_themes_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM search_themes USING old_rows WHERE search_themes.id = old_rows.id AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.id = old_rows.id); INSERT INTO search_themes SELECT new_rows.id, array_to_tsvector(array_remove(string_to_array(new_rows.search_text, ' '), '')), repeat(' ', 2100) FROM new_rows LEFT JOIN old_rows ON old_rows.id = new_rows.id WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler; RETURN NULL; END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);
ALTER TABLE public.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);
ALTER TABLE public.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);
ALTER TABLE public.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.browse_change (
    id bigint NOT NULL,
    part character varying(80) NOT NULL,
    key bigint NOT NULL,
    transaction_number bigint
);
ALTER TABLE public.browse_change ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.browse_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cities_city (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    name_en character varying(200) NOT NULL,
    name_ru character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    latitude numeric(8,5) NOT NULL,
    longitude numeric(8,5) NOT NULL,
    population integer,
    geonames_id integer,
    wikidata_id character varying(16),
    aliases text NOT NULL,
    country_id bigint NOT NULL,
    CONSTRAINT cities_city_geonames_id_check CHECK ((geonames_id >= 0)),
    CONSTRAINT cities_city_latitude_in_range CHECK (((latitude IS NULL) OR ((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric)))),
    CONSTRAINT cities_city_longitude_in_range CHECK (((longitude IS NULL) OR ((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric)))),
    CONSTRAINT cities_city_name_en_is_filled CHECK ((NOT ((name_en)::text = ''::text))),
    CONSTRAINT cities_city_population_check CHECK ((population >= 0)),
    CONSTRAINT cities_city_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT cities_city_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[])))
);
ALTER TABLE public.cities_city ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cities_city_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cities_country (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    name_en character varying(200) NOT NULL,
    name_ru character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    sco_role character varying(8) NOT NULL,
    sco_since smallint,
    CONSTRAINT cities_country_name_en_is_filled CHECK ((NOT ((name_en)::text = ''::text))),
    CONSTRAINT cities_country_sco_role_is_known CHECK (((sco_role)::text = ANY ((ARRAY['member'::character varying, 'partner'::character varying, 'none'::character varying])::text[]))),
    CONSTRAINT cities_country_sco_since_check CHECK ((sco_since >= 0)),
    CONSTRAINT cities_country_sco_since_in_range CHECK (((sco_since IS NULL) OR ((sco_since >= 1996) AND (sco_since <= 2100)))),
    CONSTRAINT cities_country_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT cities_country_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[])))
);
ALTER TABLE public.cities_country ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cities_country_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.curation_changeset (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_name character varying(150) NOT NULL,
    way character varying(10) NOT NULL,
    reason text NOT NULL,
    made_by_id integer,
    reverts_id bigint
);
ALTER TABLE public.curation_changeset ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.curation_changeset_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.curation_look (
    id bigint NOT NULL,
    object_id bigint NOT NULL,
    revision bigint NOT NULL,
    content_type_id integer NOT NULL,
    seen_by_id integer NOT NULL
);
ALTER TABLE public.curation_look ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.curation_look_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.curation_notduplicates (
    id bigint NOT NULL,
    first_id bigint NOT NULL,
    second_id bigint NOT NULL,
    content_type_id integer NOT NULL,
    CONSTRAINT curation_not_duplicates_in_order CHECK ((first_id < second_id))
);
ALTER TABLE public.curation_notduplicates ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.curation_notduplicates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.curation_revision (
    id bigint NOT NULL,
    object_id bigint NOT NULL,
    action character varying(8) NOT NULL,
    slug character varying(80) NOT NULL,
    state_before character varying(12) NOT NULL,
    state character varying(12) NOT NULL,
    changes jsonb NOT NULL,
    change_set_id bigint NOT NULL,
    content_type_id integer NOT NULL
);
ALTER TABLE public.curation_revision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.curation_revision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.curation_takingback (
    id bigint NOT NULL,
    fields jsonb,
    later_too boolean NOT NULL,
    seen bigint NOT NULL,
    reason text NOT NULL,
    language character varying(10) NOT NULL,
    stage character varying(10) NOT NULL,
    records integer NOT NULL,
    done integer NOT NULL,
    reasons jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    change_set_id bigint NOT NULL,
    made_by_id integer,
    result_id bigint,
    CONSTRAINT curation_takingback_done_check CHECK ((done >= 0)),
    CONSTRAINT curation_takingback_records_check CHECK ((records >= 0))
);
ALTER TABLE public.curation_takingback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.curation_takingback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_attendance (
    id bigint NOT NULL,
    role_at_event character varying(120) NOT NULL,
    delegate_id bigint NOT NULL,
    event_id bigint NOT NULL,
    CONSTRAINT delegates_attendance_role_at_event_is_filled CHECK ((NOT ((role_at_event)::text = ''::text)))
);
ALTER TABLE public.delegates_attendance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_attendance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_delegate (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    name_en character varying(200) NOT NULL,
    name_ru character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    role character varying(200) NOT NULL,
    aliases text NOT NULL,
    city_id bigint,
    country_id bigint,
    organisation_id bigint,
    CONSTRAINT delegates_delegate_name_en_is_filled CHECK ((NOT ((name_en)::text = ''::text))),
    CONSTRAINT delegates_delegate_role_is_filled CHECK ((NOT ((role)::text = ''::text))),
    CONSTRAINT delegates_delegate_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT delegates_delegate_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[])))
);
ALTER TABLE public.delegates_delegate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_delegate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_delegate_passages (
    id bigint NOT NULL,
    delegate_id bigint NOT NULL,
    passage_id bigint NOT NULL
);
ALTER TABLE public.delegates_delegate_passages ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_delegate_passages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_event (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    name_en character varying(200) NOT NULL,
    name_ru character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    kind character varying(12) NOT NULL,
    series character varying(120) NOT NULL,
    starts_on character varying(40) NOT NULL,
    starts_first date,
    ends_on character varying(40) NOT NULL,
    ends_last date,
    runs_until date,
    date_text character varying(120) NOT NULL,
    host_city_id bigint,
    parent_id bigint,
    CONSTRAINT delegates_event_ends_after_start CHECK (((starts_first IS NULL) OR (ends_last IS NULL) OR (ends_last >= starts_first))),
    CONSTRAINT delegates_event_kind_is_known CHECK (((kind)::text = ANY ((ARRAY['summit'::character varying, 'dialogue'::character varying, 'forum'::character varying, 'visit'::character varying, 'meeting'::character varying, 'exhibition'::character varying])::text[]))),
    CONSTRAINT delegates_event_name_en_is_filled CHECK ((NOT ((name_en)::text = ''::text))),
    CONSTRAINT delegates_event_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT delegates_event_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[])))
);
ALTER TABLE public.delegates_event ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_event_themes (
    id bigint NOT NULL,
    event_id bigint NOT NULL,
    theme_id bigint NOT NULL
);
ALTER TABLE public.delegates_event_themes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_event_themes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_organisation (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    name_en character varying(200) NOT NULL,
    name_ru character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    kind character varying(20) NOT NULL,
    aliases text NOT NULL,
    city_id bigint,
    country_id bigint,
    CONSTRAINT delegates_organisation_kind_is_known CHECK (((kind)::text = ANY ((ARRAY['city-government'::character varying, 'national-government'::character varying, 'international'::character varying, 'research'::character varying, 'media'::character varying, 'company'::character varying, 'port'::character varying, 'ngo'::character varying, 'education'::character varying, 'other'::character varying])::text[]))),
    CONSTRAINT delegates_organisation_name_en_is_filled CHECK ((NOT ((name_en)::text = ''::text))),
    CONSTRAINT delegates_organisation_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT delegates_organisation_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[])))
);
ALTER TABLE public.delegates_organisation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_statement (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    summary text NOT NULL,
    delegate_id bigint,
    event_id bigint,
    CONSTRAINT delegates_statement_has_an_origin CHECK (((delegate_id IS NOT NULL) OR (event_id IS NOT NULL))),
    CONSTRAINT delegates_statement_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT delegates_statement_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[]))),
    CONSTRAINT delegates_statement_summary_is_filled CHECK ((NOT (summary = ''::text)))
);
ALTER TABLE public.delegates_statement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_statement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.delegates_statement_themes (
    id bigint NOT NULL,
    statement_id bigint NOT NULL,
    theme_id bigint NOT NULL
);
ALTER TABLE public.delegates_statement_themes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.delegates_statement_themes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.django_tasks_database_dbtaskresult (
    id uuid NOT NULL,
    status character varying(10) NOT NULL,
    args_kwargs jsonb NOT NULL,
    priority integer NOT NULL,
    task_path text NOT NULL,
    queue_name character varying(32) NOT NULL,
    backend_name character varying(32) NOT NULL,
    run_after timestamp with time zone NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    started_at timestamp with time zone,
    return_value jsonb,
    exception_class_path text NOT NULL,
    traceback text NOT NULL,
    worker_ids jsonb NOT NULL,
    CONSTRAINT priority_range CHECK (((priority >= '-100'::integer) AND (priority <= 100)))
);
CREATE TABLE public.initiatives_initiative (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    title_en character varying(200) NOT NULL,
    title_ru character varying(200) NOT NULL,
    title_zh character varying(200) NOT NULL,
    summary_en text NOT NULL,
    summary_ru text NOT NULL,
    summary_zh text NOT NULL,
    kind character varying(12) NOT NULL,
    status character varying(10) NOT NULL,
    starts_on character varying(40) NOT NULL,
    starts_first date,
    ends_on character varying(40) NOT NULL,
    ends_last date,
    runs_until date,
    event_id bigint,
    CONSTRAINT initiatives_initiative_ends_after_start CHECK (((starts_first IS NULL) OR (ends_last IS NULL) OR (ends_last >= starts_first))),
    CONSTRAINT initiatives_initiative_kind_is_known CHECK (((kind)::text = ANY ((ARRAY['project'::character varying, 'practice'::character varying, 'exchange'::character varying, 'partnership'::character varying, 'platform'::character varying, 'route'::character varying, 'plan'::character varying])::text[]))),
    CONSTRAINT initiatives_initiative_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT initiatives_initiative_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[]))),
    CONSTRAINT initiatives_initiative_status_is_known CHECK (((status)::text = ANY ((ARRAY['interest'::character varying, 'proposed'::character varying, 'agreed'::character varying, 'under_way'::character varying, 'operating'::character varying, 'completed'::character varying, 'stalled'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT initiatives_initiative_summary_en_is_filled CHECK ((NOT (summary_en = ''::text))),
    CONSTRAINT initiatives_initiative_title_en_is_filled CHECK ((NOT ((title_en)::text = ''::text)))
);
CREATE TABLE public.initiatives_initiative_countries (
    id bigint NOT NULL,
    initiative_id bigint NOT NULL,
    country_id bigint NOT NULL
);
ALTER TABLE public.initiatives_initiative_countries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.initiatives_initiative_countries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.initiatives_initiative ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.initiatives_initiative_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.initiatives_initiative_organisations (
    id bigint NOT NULL,
    initiative_id bigint NOT NULL,
    organisation_id bigint NOT NULL
);
ALTER TABLE public.initiatives_initiative_organisations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.initiatives_initiative_organisations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.initiatives_initiative_themes (
    id bigint NOT NULL,
    initiative_id bigint NOT NULL,
    theme_id bigint NOT NULL
);
ALTER TABLE public.initiatives_initiative_themes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.initiatives_initiative_themes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.initiatives_initiativecity (
    id bigint NOT NULL,
    role character varying(10) NOT NULL,
    city_id bigint NOT NULL,
    initiative_id bigint NOT NULL,
    CONSTRAINT initiatives_initiativecity_role_is_known CHECK (((role)::text = ANY ((ARRAY['lead'::character varying, 'partner'::character varying, 'reference'::character varying])::text[])))
);
ALTER TABLE public.initiatives_initiativecity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.initiatives_initiativecity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_importjob (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    file_name character varying(200) NOT NULL,
    packed bytea NOT NULL,
    charset character varying(10) NOT NULL,
    columns jsonb NOT NULL,
    stage character varying(10) NOT NULL,
    language character varying(10) NOT NULL,
    rows integer NOT NULL,
    done integer NOT NULL,
    tally jsonb NOT NULL,
    fingerprint character varying(64) NOT NULL,
    message text NOT NULL,
    reason text NOT NULL,
    creates_duplicates boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    change_set_id bigint,
    made_by_id integer,
    CONSTRAINT packages_importjob_done_check CHECK ((done >= 0)),
    CONSTRAINT packages_importjob_rows_check CHECK ((rows >= 0))
);
ALTER TABLE public.packages_importjob ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_importjob_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.packages_importrow (
    id bigint NOT NULL,
    number integer NOT NULL,
    outcome character varying(10) NOT NULL,
    slug character varying(200) NOT NULL,
    changes jsonb NOT NULL,
    mistakes jsonb NOT NULL,
    alike jsonb NOT NULL,
    job_id bigint NOT NULL,
    CONSTRAINT packages_importrow_number_check CHECK ((number >= 0))
);
ALTER TABLE public.packages_importrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.packages_importrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.search_cities (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_cities ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_cities IS '1';
CREATE TABLE public.search_countries (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_countries ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_countries IS '1';
CREATE TABLE public.search_delegates (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_delegates ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_delegates IS '1';
CREATE TABLE public.search_events (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_events ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_events IS '1';
CREATE TABLE public.search_initiatives (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_initiatives ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_initiatives IS '1';
CREATE TABLE public.search_organisations (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_organisations ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_organisations IS '1';
CREATE TABLE public.search_reports (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_reports ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_reports IS '1';
CREATE TABLE public.search_statements (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_statements ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_statements IS '1';
CREATE TABLE public.search_themes (
    id bigint NOT NULL,
    terms tsvector NOT NULL,
    filler text NOT NULL
)
WITH (toast_tuple_target='128');
ALTER TABLE ONLY public.search_themes ALTER COLUMN terms SET STORAGE EXTERNAL;
COMMENT ON TABLE public.search_themes IS '1';
CREATE TABLE public.sources_addresscheck (
    id bigint NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    answer character varying(200) NOT NULL,
    is_dead boolean NOT NULL,
    report_id bigint NOT NULL
);
ALTER TABLE public.sources_addresscheck ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_addresscheck_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_evidence (
    id bigint NOT NULL,
    object_id bigint NOT NULL,
    field character varying(40) NOT NULL,
    stance character varying(8) NOT NULL,
    reported_value character varying(300) NOT NULL,
    content_type_id integer NOT NULL,
    figure_id bigint,
    passage_id bigint NOT NULL,
    CONSTRAINT sources_evidence_field_is_filled CHECK ((NOT ((field)::text = ''::text))),
    CONSTRAINT sources_evidence_figure_is_named CHECK (((((field)::text = 'figure'::text) AND (figure_id IS NOT NULL)) OR ((NOT ((field)::text = 'figure'::text)) AND (figure_id IS NULL)))),
    CONSTRAINT sources_evidence_says_what_differs CHECK ((((stance)::text = 'supports'::text) OR (NOT ((reported_value)::text = ''::text)))),
    CONSTRAINT sources_evidence_stance_is_known CHECK (((stance)::text = ANY ((ARRAY['supports'::character varying, 'differs'::character varying, 'earlier'::character varying])::text[])))
);
ALTER TABLE public.sources_evidence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_figure (
    id bigint NOT NULL,
    object_id bigint NOT NULL,
    label character varying(120) NOT NULL,
    value numeric(24,6) NOT NULL,
    unit character varying(60) NOT NULL,
    qualifier character varying(5) NOT NULL,
    period character varying(40) NOT NULL,
    content_type_id integer NOT NULL,
    CONSTRAINT sources_figure_label_is_filled CHECK ((NOT ((label)::text = ''::text))),
    CONSTRAINT sources_figure_qualifier_is_known CHECK (((qualifier)::text = ANY ((ARRAY['exact'::character varying, 'over'::character varying, 'under'::character varying, 'about'::character varying])::text[]))),
    CONSTRAINT sources_figure_unit_is_filled CHECK ((NOT ((unit)::text = ''::text)))
);
ALTER TABLE public.sources_figure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_figure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_formerslug (
    id bigint NOT NULL,
    object_id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    content_type_id integer NOT NULL
);
ALTER TABLE public.sources_formerslug ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_formerslug_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_passage (
    id bigint NOT NULL,
    number smallint NOT NULL,
    summary text NOT NULL,
    quotation text NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT sources_passage_number_check CHECK ((number >= 0)),
    CONSTRAINT sources_passage_number_in_range CHECK (((number IS NULL) OR ((number >= 1) AND (number <= 32767)))),
    CONSTRAINT sources_passage_summary_is_filled CHECK ((NOT (summary = ''::text)))
);
ALTER TABLE public.sources_passage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_passage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_report (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    title character varying(300) NOT NULL,
    publisher character varying(200) NOT NULL,
    published_on character varying(40) NOT NULL,
    published_first date,
    published_last date,
    language character varying(8) NOT NULL,
    address character varying(500) NOT NULL,
    accessed_on date,
    note text NOT NULL,
    CONSTRAINT sources_report_publisher_is_filled CHECK ((NOT ((publisher)::text = ''::text))),
    CONSTRAINT sources_report_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT sources_report_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[]))),
    CONSTRAINT sources_report_title_is_filled CHECK ((NOT ((title)::text = ''::text)))
);
ALTER TABLE public.sources_report ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_ruling (
    id bigint NOT NULL,
    object_id bigint NOT NULL,
    field character varying(160) NOT NULL,
    reason text NOT NULL,
    content_type_id integer NOT NULL,
    CONSTRAINT sources_ruling_field_is_filled CHECK ((NOT ((field)::text = ''::text))),
    CONSTRAINT sources_ruling_reason_is_filled CHECK ((NOT (reason = ''::text)))
);
ALTER TABLE public.sources_ruling ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_ruling_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.themes_theme (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search_text text NOT NULL,
    name_en character varying(200) NOT NULL,
    name_ru character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    pillar character varying(12) NOT NULL,
    description text NOT NULL,
    keywords text NOT NULL,
    CONSTRAINT themes_theme_name_en_is_filled CHECK ((NOT ((name_en)::text = ''::text))),
    CONSTRAINT themes_theme_pillar_is_known CHECK (((pillar)::text = ANY ((ARRAY['governance'::character varying, 'cooperation'::character varying, 'security'::character varying])::text[]))),
    CONSTRAINT themes_theme_slug_is_filled CHECK ((NOT ((slug)::text = ''::text))),
    CONSTRAINT themes_theme_state_is_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in_review'::character varying, 'published'::character varying, 'withdrawn'::character varying])::text[])))
);
ALTER TABLE public.themes_theme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.themes_theme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO public.auth_group VALUES (1, 'contributor');
INSERT INTO public.auth_group VALUES (2, 'curator');
INSERT INTO public.auth_group VALUES (3, 'administrator');
INSERT INTO public.auth_group_permissions VALUES (1, 1, 1);
INSERT INTO public.auth_group_permissions VALUES (2, 1, 2);
INSERT INTO public.auth_group_permissions VALUES (3, 1, 3);
INSERT INTO public.auth_group_permissions VALUES (4, 1, 4);
INSERT INTO public.auth_group_permissions VALUES (5, 1, 5);
INSERT INTO public.auth_group_permissions VALUES (6, 1, 6);
INSERT INTO public.auth_group_permissions VALUES (7, 1, 7);
INSERT INTO public.auth_group_permissions VALUES (8, 1, 8);
INSERT INTO public.auth_group_permissions VALUES (9, 1, 12);
INSERT INTO public.auth_group_permissions VALUES (10, 1, 13);
INSERT INTO public.auth_group_permissions VALUES (11, 1, 14);
INSERT INTO public.auth_group_permissions VALUES (12, 1, 15);
INSERT INTO public.auth_group_permissions VALUES (13, 1, 16);
INSERT INTO public.auth_group_permissions VALUES (14, 1, 17);
INSERT INTO public.auth_group_permissions VALUES (15, 1, 18);
INSERT INTO public.auth_group_permissions VALUES (16, 1, 19);
INSERT INTO public.auth_group_permissions VALUES (17, 1, 20);
INSERT INTO public.auth_group_permissions VALUES (18, 1, 24);
INSERT INTO public.auth_group_permissions VALUES (19, 1, 28);
INSERT INTO public.auth_group_permissions VALUES (20, 1, 29);
INSERT INTO public.auth_group_permissions VALUES (21, 1, 30);
INSERT INTO public.auth_group_permissions VALUES (22, 1, 31);
INSERT INTO public.auth_group_permissions VALUES (23, 1, 32);
INSERT INTO public.auth_group_permissions VALUES (24, 1, 33);
INSERT INTO public.auth_group_permissions VALUES (25, 1, 34);
INSERT INTO public.auth_group_permissions VALUES (26, 1, 35);
INSERT INTO public.auth_group_permissions VALUES (27, 1, 36);
INSERT INTO public.auth_group_permissions VALUES (28, 1, 37);
INSERT INTO public.auth_group_permissions VALUES (29, 1, 38);
INSERT INTO public.auth_group_permissions VALUES (30, 1, 39);
INSERT INTO public.auth_group_permissions VALUES (31, 1, 40);
INSERT INTO public.auth_group_permissions VALUES (32, 1, 41);
INSERT INTO public.auth_group_permissions VALUES (33, 1, 42);
INSERT INTO public.auth_group_permissions VALUES (34, 1, 43);
INSERT INTO public.auth_group_permissions VALUES (35, 1, 44);
INSERT INTO public.auth_group_permissions VALUES (36, 1, 45);
INSERT INTO public.auth_group_permissions VALUES (37, 1, 46);
INSERT INTO public.auth_group_permissions VALUES (38, 1, 47);
INSERT INTO public.auth_group_permissions VALUES (39, 1, 48);
INSERT INTO public.auth_group_permissions VALUES (40, 1, 49);
INSERT INTO public.auth_group_permissions VALUES (41, 1, 50);
INSERT INTO public.auth_group_permissions VALUES (42, 1, 51);
INSERT INTO public.auth_group_permissions VALUES (43, 1, 52);
INSERT INTO public.auth_group_permissions VALUES (44, 1, 53);
INSERT INTO public.auth_group_permissions VALUES (45, 1, 54);
INSERT INTO public.auth_group_permissions VALUES (46, 1, 55);
INSERT INTO public.auth_group_permissions VALUES (47, 1, 56);
INSERT INTO public.auth_group_permissions VALUES (48, 1, 57);
INSERT INTO public.auth_group_permissions VALUES (49, 1, 58);
INSERT INTO public.auth_group_permissions VALUES (50, 1, 59);
INSERT INTO public.auth_group_permissions VALUES (51, 1, 60);
INSERT INTO public.auth_group_permissions VALUES (52, 1, 61);
INSERT INTO public.auth_group_permissions VALUES (53, 1, 62);
INSERT INTO public.auth_group_permissions VALUES (54, 1, 63);
INSERT INTO public.auth_group_permissions VALUES (55, 1, 64);
INSERT INTO public.auth_group_permissions VALUES (56, 1, 65);
INSERT INTO public.auth_group_permissions VALUES (57, 1, 66);
INSERT INTO public.auth_group_permissions VALUES (58, 1, 67);
INSERT INTO public.auth_group_permissions VALUES (59, 1, 68);
INSERT INTO public.auth_group_permissions VALUES (60, 2, 1);
INSERT INTO public.auth_group_permissions VALUES (61, 2, 2);
INSERT INTO public.auth_group_permissions VALUES (62, 2, 3);
INSERT INTO public.auth_group_permissions VALUES (63, 2, 4);
INSERT INTO public.auth_group_permissions VALUES (64, 2, 5);
INSERT INTO public.auth_group_permissions VALUES (65, 2, 6);
INSERT INTO public.auth_group_permissions VALUES (66, 2, 7);
INSERT INTO public.auth_group_permissions VALUES (67, 2, 8);
INSERT INTO public.auth_group_permissions VALUES (68, 2, 9);
INSERT INTO public.auth_group_permissions VALUES (69, 2, 10);
INSERT INTO public.auth_group_permissions VALUES (70, 2, 11);
INSERT INTO public.auth_group_permissions VALUES (71, 2, 12);
INSERT INTO public.auth_group_permissions VALUES (72, 2, 13);
INSERT INTO public.auth_group_permissions VALUES (73, 2, 14);
INSERT INTO public.auth_group_permissions VALUES (74, 2, 15);
INSERT INTO public.auth_group_permissions VALUES (75, 2, 16);
INSERT INTO public.auth_group_permissions VALUES (76, 2, 17);
INSERT INTO public.auth_group_permissions VALUES (77, 2, 18);
INSERT INTO public.auth_group_permissions VALUES (78, 2, 19);
INSERT INTO public.auth_group_permissions VALUES (79, 2, 20);
INSERT INTO public.auth_group_permissions VALUES (80, 2, 21);
INSERT INTO public.auth_group_permissions VALUES (81, 2, 22);
INSERT INTO public.auth_group_permissions VALUES (82, 2, 23);
INSERT INTO public.auth_group_permissions VALUES (83, 2, 24);
INSERT INTO public.auth_group_permissions VALUES (84, 2, 25);
INSERT INTO public.auth_group_permissions VALUES (85, 2, 26);
INSERT INTO public.auth_group_permissions VALUES (86, 2, 27);
INSERT INTO public.auth_group_permissions VALUES (87, 2, 28);
INSERT INTO public.auth_group_permissions VALUES (88, 2, 29);
INSERT INTO public.auth_group_permissions VALUES (89, 2, 30);
INSERT INTO public.auth_group_permissions VALUES (90, 2, 31);
INSERT INTO public.auth_group_permissions VALUES (91, 2, 32);
INSERT INTO public.auth_group_permissions VALUES (92, 2, 33);
INSERT INTO public.auth_group_permissions VALUES (93, 2, 34);
INSERT INTO public.auth_group_permissions VALUES (94, 2, 35);
INSERT INTO public.auth_group_permissions VALUES (95, 2, 36);
INSERT INTO public.auth_group_permissions VALUES (96, 2, 37);
INSERT INTO public.auth_group_permissions VALUES (97, 2, 38);
INSERT INTO public.auth_group_permissions VALUES (98, 2, 39);
INSERT INTO public.auth_group_permissions VALUES (99, 2, 40);
INSERT INTO public.auth_group_permissions VALUES (100, 2, 41);
INSERT INTO public.auth_group_permissions VALUES (101, 2, 42);
INSERT INTO public.auth_group_permissions VALUES (102, 2, 43);
INSERT INTO public.auth_group_permissions VALUES (103, 2, 44);
INSERT INTO public.auth_group_permissions VALUES (104, 2, 45);
INSERT INTO public.auth_group_permissions VALUES (105, 2, 46);
INSERT INTO public.auth_group_permissions VALUES (106, 2, 47);
INSERT INTO public.auth_group_permissions VALUES (107, 2, 48);
INSERT INTO public.auth_group_permissions VALUES (108, 2, 49);
INSERT INTO public.auth_group_permissions VALUES (109, 2, 50);
INSERT INTO public.auth_group_permissions VALUES (110, 2, 51);
INSERT INTO public.auth_group_permissions VALUES (111, 2, 52);
INSERT INTO public.auth_group_permissions VALUES (112, 2, 53);
INSERT INTO public.auth_group_permissions VALUES (113, 2, 54);
INSERT INTO public.auth_group_permissions VALUES (114, 2, 55);
INSERT INTO public.auth_group_permissions VALUES (115, 2, 56);
INSERT INTO public.auth_group_permissions VALUES (116, 2, 57);
INSERT INTO public.auth_group_permissions VALUES (117, 2, 58);
INSERT INTO public.auth_group_permissions VALUES (118, 2, 59);
INSERT INTO public.auth_group_permissions VALUES (119, 2, 60);
INSERT INTO public.auth_group_permissions VALUES (120, 2, 61);
INSERT INTO public.auth_group_permissions VALUES (121, 2, 62);
INSERT INTO public.auth_group_permissions VALUES (122, 2, 63);
INSERT INTO public.auth_group_permissions VALUES (123, 2, 64);
INSERT INTO public.auth_group_permissions VALUES (124, 2, 65);
INSERT INTO public.auth_group_permissions VALUES (125, 2, 66);
INSERT INTO public.auth_group_permissions VALUES (126, 2, 67);
INSERT INTO public.auth_group_permissions VALUES (127, 2, 68);
INSERT INTO public.auth_group_permissions VALUES (128, 2, 72);
INSERT INTO public.auth_group_permissions VALUES (129, 2, 73);
INSERT INTO public.auth_group_permissions VALUES (130, 2, 74);
INSERT INTO public.auth_group_permissions VALUES (131, 2, 75);
INSERT INTO public.auth_group_permissions VALUES (132, 2, 76);
INSERT INTO public.auth_group_permissions VALUES (133, 2, 80);
INSERT INTO public.auth_group_permissions VALUES (134, 2, 84);
INSERT INTO public.auth_group_permissions VALUES (135, 2, 88);
INSERT INTO public.auth_group_permissions VALUES (136, 3, 1);
INSERT INTO public.auth_group_permissions VALUES (137, 3, 2);
INSERT INTO public.auth_group_permissions VALUES (138, 3, 3);
INSERT INTO public.auth_group_permissions VALUES (139, 3, 4);
INSERT INTO public.auth_group_permissions VALUES (140, 3, 5);
INSERT INTO public.auth_group_permissions VALUES (141, 3, 6);
INSERT INTO public.auth_group_permissions VALUES (142, 3, 7);
INSERT INTO public.auth_group_permissions VALUES (143, 3, 8);
INSERT INTO public.auth_group_permissions VALUES (144, 3, 9);
INSERT INTO public.auth_group_permissions VALUES (145, 3, 10);
INSERT INTO public.auth_group_permissions VALUES (146, 3, 11);
INSERT INTO public.auth_group_permissions VALUES (147, 3, 12);
INSERT INTO public.auth_group_permissions VALUES (148, 3, 13);
INSERT INTO public.auth_group_permissions VALUES (149, 3, 14);
INSERT INTO public.auth_group_permissions VALUES (150, 3, 15);
INSERT INTO public.auth_group_permissions VALUES (151, 3, 16);
INSERT INTO public.auth_group_permissions VALUES (152, 3, 17);
INSERT INTO public.auth_group_permissions VALUES (153, 3, 18);
INSERT INTO public.auth_group_permissions VALUES (154, 3, 19);
INSERT INTO public.auth_group_permissions VALUES (155, 3, 20);
INSERT INTO public.auth_group_permissions VALUES (156, 3, 21);
INSERT INTO public.auth_group_permissions VALUES (157, 3, 22);
INSERT INTO public.auth_group_permissions VALUES (158, 3, 23);
INSERT INTO public.auth_group_permissions VALUES (159, 3, 24);
INSERT INTO public.auth_group_permissions VALUES (160, 3, 25);
INSERT INTO public.auth_group_permissions VALUES (161, 3, 26);
INSERT INTO public.auth_group_permissions VALUES (162, 3, 27);
INSERT INTO public.auth_group_permissions VALUES (163, 3, 28);
INSERT INTO public.auth_group_permissions VALUES (164, 3, 29);
INSERT INTO public.auth_group_permissions VALUES (165, 3, 30);
INSERT INTO public.auth_group_permissions VALUES (166, 3, 31);
INSERT INTO public.auth_group_permissions VALUES (167, 3, 32);
INSERT INTO public.auth_group_permissions VALUES (168, 3, 33);
INSERT INTO public.auth_group_permissions VALUES (169, 3, 34);
INSERT INTO public.auth_group_permissions VALUES (170, 3, 35);
INSERT INTO public.auth_group_permissions VALUES (171, 3, 36);
INSERT INTO public.auth_group_permissions VALUES (172, 3, 37);
INSERT INTO public.auth_group_permissions VALUES (173, 3, 38);
INSERT INTO public.auth_group_permissions VALUES (174, 3, 39);
INSERT INTO public.auth_group_permissions VALUES (175, 3, 40);
INSERT INTO public.auth_group_permissions VALUES (176, 3, 41);
INSERT INTO public.auth_group_permissions VALUES (177, 3, 42);
INSERT INTO public.auth_group_permissions VALUES (178, 3, 43);
INSERT INTO public.auth_group_permissions VALUES (179, 3, 44);
INSERT INTO public.auth_group_permissions VALUES (180, 3, 45);
INSERT INTO public.auth_group_permissions VALUES (181, 3, 46);
INSERT INTO public.auth_group_permissions VALUES (182, 3, 47);
INSERT INTO public.auth_group_permissions VALUES (183, 3, 48);
INSERT INTO public.auth_group_permissions VALUES (184, 3, 49);
INSERT INTO public.auth_group_permissions VALUES (185, 3, 50);
INSERT INTO public.auth_group_permissions VALUES (186, 3, 51);
INSERT INTO public.auth_group_permissions VALUES (187, 3, 52);
INSERT INTO public.auth_group_permissions VALUES (188, 3, 53);
INSERT INTO public.auth_group_permissions VALUES (189, 3, 54);
INSERT INTO public.auth_group_permissions VALUES (190, 3, 55);
INSERT INTO public.auth_group_permissions VALUES (191, 3, 56);
INSERT INTO public.auth_group_permissions VALUES (192, 3, 57);
INSERT INTO public.auth_group_permissions VALUES (193, 3, 58);
INSERT INTO public.auth_group_permissions VALUES (194, 3, 59);
INSERT INTO public.auth_group_permissions VALUES (195, 3, 60);
INSERT INTO public.auth_group_permissions VALUES (196, 3, 61);
INSERT INTO public.auth_group_permissions VALUES (197, 3, 62);
INSERT INTO public.auth_group_permissions VALUES (198, 3, 63);
INSERT INTO public.auth_group_permissions VALUES (199, 3, 64);
INSERT INTO public.auth_group_permissions VALUES (200, 3, 65);
INSERT INTO public.auth_group_permissions VALUES (201, 3, 66);
INSERT INTO public.auth_group_permissions VALUES (202, 3, 67);
INSERT INTO public.auth_group_permissions VALUES (203, 3, 68);
INSERT INTO public.auth_group_permissions VALUES (204, 3, 72);
INSERT INTO public.auth_group_permissions VALUES (205, 3, 73);
INSERT INTO public.auth_group_permissions VALUES (206, 3, 74);
INSERT INTO public.auth_group_permissions VALUES (207, 3, 75);
INSERT INTO public.auth_group_permissions VALUES (208, 3, 76);
INSERT INTO public.auth_group_permissions VALUES (209, 3, 80);
INSERT INTO public.auth_group_permissions VALUES (210, 3, 84);
INSERT INTO public.auth_group_permissions VALUES (211, 3, 88);
INSERT INTO public.auth_group_permissions VALUES (212, 3, 93);
INSERT INTO public.auth_group_permissions VALUES (213, 3, 94);
INSERT INTO public.auth_group_permissions VALUES (214, 3, 95);
INSERT INTO public.auth_group_permissions VALUES (215, 3, 96);
INSERT INTO public.auth_group_permissions VALUES (216, 3, 97);
INSERT INTO public.auth_group_permissions VALUES (217, 3, 98);
INSERT INTO public.auth_group_permissions VALUES (218, 3, 99);
INSERT INTO public.auth_group_permissions VALUES (219, 3, 100);
INSERT INTO public.auth_permission VALUES (1, 'Can add passage', 1, 'add_passage');
INSERT INTO public.auth_permission VALUES (2, 'Can change passage', 1, 'change_passage');
INSERT INTO public.auth_permission VALUES (3, 'Can delete passage', 1, 'delete_passage');
INSERT INTO public.auth_permission VALUES (4, 'Can view passage', 1, 'view_passage');
INSERT INTO public.auth_permission VALUES (5, 'Can add figure', 2, 'add_figure');
INSERT INTO public.auth_permission VALUES (6, 'Can change figure', 2, 'change_figure');
INSERT INTO public.auth_permission VALUES (7, 'Can delete figure', 2, 'delete_figure');
INSERT INTO public.auth_permission VALUES (8, 'Can view figure', 2, 'view_figure');
INSERT INTO public.auth_permission VALUES (9, 'Can add former slug', 3, 'add_formerslug');
INSERT INTO public.auth_permission VALUES (10, 'Can change former slug', 3, 'change_formerslug');
INSERT INTO public.auth_permission VALUES (11, 'Can delete former slug', 3, 'delete_formerslug');
INSERT INTO public.auth_permission VALUES (12, 'Can view former slug', 3, 'view_formerslug');
INSERT INTO public.auth_permission VALUES (13, 'Can add evidence', 4, 'add_evidence');
INSERT INTO public.auth_permission VALUES (14, 'Can change evidence', 4, 'change_evidence');
INSERT INTO public.auth_permission VALUES (15, 'Can delete evidence', 4, 'delete_evidence');
INSERT INTO public.auth_permission VALUES (16, 'Can view evidence', 4, 'view_evidence');
INSERT INTO public.auth_permission VALUES (17, 'Can add report', 5, 'add_report');
INSERT INTO public.auth_permission VALUES (18, 'Can change report', 5, 'change_report');
INSERT INTO public.auth_permission VALUES (19, 'Can delete report', 5, 'delete_report');
INSERT INTO public.auth_permission VALUES (20, 'Can view report', 5, 'view_report');
INSERT INTO public.auth_permission VALUES (21, 'Can add check of an address', 6, 'add_addresscheck');
INSERT INTO public.auth_permission VALUES (22, 'Can change check of an address', 6, 'change_addresscheck');
INSERT INTO public.auth_permission VALUES (23, 'Can delete check of an address', 6, 'delete_addresscheck');
INSERT INTO public.auth_permission VALUES (24, 'Can view check of an address', 6, 'view_addresscheck');
INSERT INTO public.auth_permission VALUES (25, 'Can add ruling', 7, 'add_ruling');
INSERT INTO public.auth_permission VALUES (26, 'Can change ruling', 7, 'change_ruling');
INSERT INTO public.auth_permission VALUES (27, 'Can delete ruling', 7, 'delete_ruling');
INSERT INTO public.auth_permission VALUES (28, 'Can view ruling', 7, 'view_ruling');
INSERT INTO public.auth_permission VALUES (29, 'Can add theme', 8, 'add_theme');
INSERT INTO public.auth_permission VALUES (30, 'Can change theme', 8, 'change_theme');
INSERT INTO public.auth_permission VALUES (31, 'Can delete theme', 8, 'delete_theme');
INSERT INTO public.auth_permission VALUES (32, 'Can view theme', 8, 'view_theme');
INSERT INTO public.auth_permission VALUES (33, 'Can add country', 9, 'add_country');
INSERT INTO public.auth_permission VALUES (34, 'Can change country', 9, 'change_country');
INSERT INTO public.auth_permission VALUES (35, 'Can delete country', 9, 'delete_country');
INSERT INTO public.auth_permission VALUES (36, 'Can view country', 9, 'view_country');
INSERT INTO public.auth_permission VALUES (37, 'Can add city', 10, 'add_city');
INSERT INTO public.auth_permission VALUES (38, 'Can change city', 10, 'change_city');
INSERT INTO public.auth_permission VALUES (39, 'Can delete city', 10, 'delete_city');
INSERT INTO public.auth_permission VALUES (40, 'Can view city', 10, 'view_city');
INSERT INTO public.auth_permission VALUES (41, 'Can add attendance', 11, 'add_attendance');
INSERT INTO public.auth_permission VALUES (42, 'Can change attendance', 11, 'change_attendance');
INSERT INTO public.auth_permission VALUES (43, 'Can delete attendance', 11, 'delete_attendance');
INSERT INTO public.auth_permission VALUES (44, 'Can view attendance', 11, 'view_attendance');
INSERT INTO public.auth_permission VALUES (45, 'Can add event', 12, 'add_event');
INSERT INTO public.auth_permission VALUES (46, 'Can change event', 12, 'change_event');
INSERT INTO public.auth_permission VALUES (47, 'Can delete event', 12, 'delete_event');
INSERT INTO public.auth_permission VALUES (48, 'Can view event', 12, 'view_event');
INSERT INTO public.auth_permission VALUES (49, 'Can add organisation', 13, 'add_organisation');
INSERT INTO public.auth_permission VALUES (50, 'Can change organisation', 13, 'change_organisation');
INSERT INTO public.auth_permission VALUES (51, 'Can delete organisation', 13, 'delete_organisation');
INSERT INTO public.auth_permission VALUES (52, 'Can view organisation', 13, 'view_organisation');
INSERT INTO public.auth_permission VALUES (53, 'Can add statement', 14, 'add_statement');
INSERT INTO public.auth_permission VALUES (54, 'Can change statement', 14, 'change_statement');
INSERT INTO public.auth_permission VALUES (55, 'Can delete statement', 14, 'delete_statement');
INSERT INTO public.auth_permission VALUES (56, 'Can view statement', 14, 'view_statement');
INSERT INTO public.auth_permission VALUES (57, 'Can add delegate', 15, 'add_delegate');
INSERT INTO public.auth_permission VALUES (58, 'Can change delegate', 15, 'change_delegate');
INSERT INTO public.auth_permission VALUES (59, 'Can delete delegate', 15, 'delete_delegate');
INSERT INTO public.auth_permission VALUES (60, 'Can view delegate', 15, 'view_delegate');
INSERT INTO public.auth_permission VALUES (61, 'Can add initiative', 16, 'add_initiative');
INSERT INTO public.auth_permission VALUES (62, 'Can change initiative', 16, 'change_initiative');
INSERT INTO public.auth_permission VALUES (63, 'Can delete initiative', 16, 'delete_initiative');
INSERT INTO public.auth_permission VALUES (64, 'Can view initiative', 16, 'view_initiative');
INSERT INTO public.auth_permission VALUES (65, 'Can add city in an initiative', 17, 'add_initiativecity');
INSERT INTO public.auth_permission VALUES (66, 'Can change city in an initiative', 17, 'change_initiativecity');
INSERT INTO public.auth_permission VALUES (67, 'Can delete city in an initiative', 17, 'delete_initiativecity');
INSERT INTO public.auth_permission VALUES (68, 'Can view city in an initiative', 17, 'view_initiativecity');
INSERT INTO public.auth_permission VALUES (69, 'Can add change', 18, 'add_changeset');
INSERT INTO public.auth_permission VALUES (70, 'Can change change', 18, 'change_changeset');
INSERT INTO public.auth_permission VALUES (71, 'Can delete change', 18, 'delete_changeset');
INSERT INTO public.auth_permission VALUES (72, 'Can view change', 18, 'view_changeset');
INSERT INTO public.auth_permission VALUES (73, 'Can publish records, withdraw them and send them back', 18, 'review_records');
INSERT INTO public.auth_permission VALUES (74, 'Can import records from files', 18, 'import_records');
INSERT INTO public.auth_permission VALUES (75, 'Can merge duplicates', 18, 'merge_records');
INSERT INTO public.auth_permission VALUES (76, 'Can take changes back', 18, 'revert_changes');
INSERT INTO public.auth_permission VALUES (77, 'Can add look', 19, 'add_look');
INSERT INTO public.auth_permission VALUES (78, 'Can change look', 19, 'change_look');
INSERT INTO public.auth_permission VALUES (79, 'Can delete look', 19, 'delete_look');
INSERT INTO public.auth_permission VALUES (80, 'Can view look', 19, 'view_look');
INSERT INTO public.auth_permission VALUES (81, 'Can add pair of different records', 20, 'add_notduplicates');
INSERT INTO public.auth_permission VALUES (82, 'Can change pair of different records', 20, 'change_notduplicates');
INSERT INTO public.auth_permission VALUES (83, 'Can delete pair of different records', 20, 'delete_notduplicates');
INSERT INTO public.auth_permission VALUES (84, 'Can view pair of different records', 20, 'view_notduplicates');
INSERT INTO public.auth_permission VALUES (85, 'Can add revision', 21, 'add_revision');
INSERT INTO public.auth_permission VALUES (86, 'Can change revision', 21, 'change_revision');
INSERT INTO public.auth_permission VALUES (87, 'Can delete revision', 21, 'delete_revision');
INSERT INTO public.auth_permission VALUES (88, 'Can view revision', 21, 'view_revision');
INSERT INTO public.auth_permission VALUES (89, 'Can add permission', 22, 'add_permission');
INSERT INTO public.auth_permission VALUES (90, 'Can change permission', 22, 'change_permission');
INSERT INTO public.auth_permission VALUES (91, 'Can delete permission', 22, 'delete_permission');
INSERT INTO public.auth_permission VALUES (92, 'Can view permission', 22, 'view_permission');
INSERT INTO public.auth_permission VALUES (93, 'Can add group', 23, 'add_group');
INSERT INTO public.auth_permission VALUES (94, 'Can change group', 23, 'change_group');
INSERT INTO public.auth_permission VALUES (95, 'Can delete group', 23, 'delete_group');
INSERT INTO public.auth_permission VALUES (96, 'Can view group', 23, 'view_group');
INSERT INTO public.auth_permission VALUES (97, 'Can add user', 24, 'add_user');
INSERT INTO public.auth_permission VALUES (98, 'Can change user', 24, 'change_user');
INSERT INTO public.auth_permission VALUES (99, 'Can delete user', 24, 'delete_user');
INSERT INTO public.auth_permission VALUES (100, 'Can view user', 24, 'view_user');
INSERT INTO public.auth_permission VALUES (101, 'Can add change', 25, 'add_change');
INSERT INTO public.auth_permission VALUES (102, 'Can change change', 25, 'change_change');
INSERT INTO public.auth_permission VALUES (103, 'Can delete change', 25, 'delete_change');
INSERT INTO public.auth_permission VALUES (104, 'Can view change', 25, 'view_change');
INSERT INTO public.auth_permission VALUES (105, 'Can add Task Result', 27, 'add_dbtaskresult');
INSERT INTO public.auth_permission VALUES (106, 'Can change Task Result', 27, 'change_dbtaskresult');
INSERT INTO public.auth_permission VALUES (107, 'Can delete Task Result', 27, 'delete_dbtaskresult');
INSERT INTO public.auth_permission VALUES (108, 'Can view Task Result', 27, 'view_dbtaskresult');
INSERT INTO public.auth_permission VALUES (109, 'Can add log entry', 30, 'add_logentry');
INSERT INTO public.auth_permission VALUES (110, 'Can change log entry', 30, 'change_logentry');
INSERT INTO public.auth_permission VALUES (111, 'Can delete log entry', 30, 'delete_logentry');
INSERT INTO public.auth_permission VALUES (112, 'Can view log entry', 30, 'view_logentry');
INSERT INTO public.auth_permission VALUES (113, 'Can add content type', 31, 'add_contenttype');
INSERT INTO public.auth_permission VALUES (114, 'Can change content type', 31, 'change_contenttype');
INSERT INTO public.auth_permission VALUES (115, 'Can delete content type', 31, 'delete_contenttype');
INSERT INTO public.auth_permission VALUES (116, 'Can view content type', 31, 'view_contenttype');
INSERT INTO public.auth_permission VALUES (117, 'Can add session', 32, 'add_session');
INSERT INTO public.auth_permission VALUES (118, 'Can change session', 32, 'change_session');
INSERT INTO public.auth_permission VALUES (119, 'Can delete session', 32, 'delete_session');
INSERT INTO public.auth_permission VALUES (120, 'Can view session', 32, 'view_session');
INSERT INTO public.auth_permission VALUES (121, 'Can add access attempt', 33, 'add_accessattempt');
INSERT INTO public.auth_permission VALUES (122, 'Can change access attempt', 33, 'change_accessattempt');
INSERT INTO public.auth_permission VALUES (123, 'Can delete access attempt', 33, 'delete_accessattempt');
INSERT INTO public.auth_permission VALUES (124, 'Can view access attempt', 33, 'view_accessattempt');
INSERT INTO public.auth_permission VALUES (125, 'Can add access log', 34, 'add_accesslog');
INSERT INTO public.auth_permission VALUES (126, 'Can change access log', 34, 'change_accesslog');
INSERT INTO public.auth_permission VALUES (127, 'Can delete access log', 34, 'delete_accesslog');
INSERT INTO public.auth_permission VALUES (128, 'Can view access log', 34, 'view_accesslog');
INSERT INTO public.auth_permission VALUES (129, 'Can add access failure', 35, 'add_accessfailurelog');
INSERT INTO public.auth_permission VALUES (130, 'Can change access failure', 35, 'change_accessfailurelog');
INSERT INTO public.auth_permission VALUES (131, 'Can delete access failure', 35, 'delete_accessfailurelog');
INSERT INTO public.auth_permission VALUES (132, 'Can view access failure', 35, 'view_accessfailurelog');
INSERT INTO public.auth_permission VALUES (133, 'Can add access attempt expiration', 36, 'add_accessattemptexpiration');
INSERT INTO public.auth_permission VALUES (134, 'Can change access attempt expiration', 36, 'change_accessattemptexpiration');
INSERT INTO public.auth_permission VALUES (135, 'Can delete access attempt expiration', 36, 'delete_accessattemptexpiration');
INSERT INTO public.auth_permission VALUES (136, 'Can view access attempt expiration', 36, 'view_accessattemptexpiration');
INSERT INTO public.auth_user VALUES (1, 'md5$salt-of-passwords-in-tests$23a2f568263f21ea8ea0b713279ab903', NULL, true, 'superuser', '', '', '', true, true, '2025-01-01 00:01:53+00');
INSERT INTO public.auth_user VALUES (2, 'md5$salt-of-passwords-in-tests$23a2f568263f21ea8ea0b713279ab903', '2025-01-01 00:01:58+00', false, 'curator', '', '', '', true, true, '2025-01-01 00:01:54+00');
INSERT INTO public.auth_user_groups VALUES (1, 2, 2);
INSERT INTO public.browse_change VALUES (1, '*', 0, 1051);
INSERT INTO public.browse_change VALUES (2, 'cities_country.id', 1, 1066);
INSERT INTO public.browse_change VALUES (3, 'cities_country.id', 2, 1066);
INSERT INTO public.browse_change VALUES (4, 'cities_city.id', 1, 1066);
INSERT INTO public.browse_change VALUES (5, 'cities_city.id', 2, 1066);
INSERT INTO public.browse_change VALUES (6, 'sources_report.id', 1, 1066);
INSERT INTO public.browse_change VALUES (7, 'sources_report.id', 2, 1066);
INSERT INTO public.browse_change VALUES (8, 'themes_theme.id', 1, 1066);
INSERT INTO public.browse_change VALUES (9, 'themes_theme.id', 2, 1066);
INSERT INTO public.browse_change VALUES (10, 'delegates_organisation.id', 1, 1066);
INSERT INTO public.browse_change VALUES (11, 'delegates_event.id', 1, 1066);
INSERT INTO public.browse_change VALUES (12, 'delegates_event.id', 2, 1066);
INSERT INTO public.browse_change VALUES (13, 'delegates_event_themes.event_id', 2, 1066);
INSERT INTO public.browse_change VALUES (14, 'delegates_event_themes.event_id', 2, 1066);
INSERT INTO public.browse_change VALUES (15, 'delegates_event.id', 1, 1066);
INSERT INTO public.browse_change VALUES (16, 'delegates_delegate.id', 1, 1066);
INSERT INTO public.browse_change VALUES (17, 'delegates_delegate.id', 2, 1066);
INSERT INTO public.browse_change VALUES (18, 'sources_passage.id', 1, 1066);
INSERT INTO public.browse_change VALUES (19, 'sources_passage.id', 2, 1066);
INSERT INTO public.browse_change VALUES (20, 'sources_passage.id', 3, 1066);
INSERT INTO public.browse_change VALUES (21, 'delegates_delegate_passages.id', 1, 1066);
INSERT INTO public.browse_change VALUES (22, 'delegates_delegate_passages.id', 2, 1066);
INSERT INTO public.browse_change VALUES (23, 'delegates_attendance.delegate_id', 1, 1066);
INSERT INTO public.browse_change VALUES (24, 'delegates_attendance.event_id', 2, 1066);
INSERT INTO public.browse_change VALUES (25, 'delegates_statement.id', 1, 1066);
INSERT INTO public.browse_change VALUES (26, 'delegates_statement_themes.statement_id', 1, 1066);
INSERT INTO public.browse_change VALUES (27, 'initiatives_initiative.id', 1, 1066);
INSERT INTO public.browse_change VALUES (28, 'initiatives_initiative.id', 2, 1066);
INSERT INTO public.browse_change VALUES (29, 'initiatives_initiative.id', 3, 1066);
INSERT INTO public.browse_change VALUES (30, 'initiatives_initiative.id', 4, 1066);
INSERT INTO public.browse_change VALUES (31, 'initiatives_initiative_countries.initiative_id', 1, 1066);
INSERT INTO public.browse_change VALUES (32, 'initiatives_initiative_countries.initiative_id', 1, 1066);
INSERT INTO public.browse_change VALUES (33, 'initiatives_initiative_organisations.initiative_id', 1, 1066);
INSERT INTO public.browse_change VALUES (34, 'initiatives_initiative_themes.initiative_id', 1, 1066);
INSERT INTO public.browse_change VALUES (35, 'initiatives_initiative_themes.initiative_id', 3, 1066);
INSERT INTO public.browse_change VALUES (36, 'initiatives_initiative_themes.initiative_id', 4, 1066);
INSERT INTO public.browse_change VALUES (37, 'initiatives_initiativecity.initiative_id', 1, 1066);
INSERT INTO public.browse_change VALUES (38, 'initiatives_initiativecity.initiative_id', 1, 1066);
INSERT INTO public.browse_change VALUES (39, 'sources_figure.object_id/10', 1, 1066);
INSERT INTO public.browse_change VALUES (40, 'sources_figure.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (41, 'sources_evidence.object_id/10', 1, 1066);
INSERT INTO public.browse_change VALUES (42, 'sources_evidence.object_id/9', 1, 1066);
INSERT INTO public.browse_change VALUES (43, 'sources_evidence.object_id/15', 1, 1066);
INSERT INTO public.browse_change VALUES (44, 'sources_evidence.object_id/15', 1, 1066);
INSERT INTO public.browse_change VALUES (45, 'sources_evidence.object_id/12', 2, 1066);
INSERT INTO public.browse_change VALUES (46, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (47, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (48, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (49, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (50, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (51, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (52, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (53, 'sources_evidence.object_id/16', 1, 1066);
INSERT INTO public.browse_change VALUES (54, 'sources_evidence.object_id/14', 1, 1066);
INSERT INTO public.browse_change VALUES (55, 'sources_evidence.object_id/14', 1, 1066);
INSERT INTO public.browse_change VALUES (56, 'sources_evidence.object_id/16', 3, 1066);
INSERT INTO public.browse_change VALUES (57, 'sources_evidence.object_id/16', 3, 1066);
INSERT INTO public.browse_change VALUES (58, 'sources_evidence.object_id/16', 3, 1066);
INSERT INTO public.browse_change VALUES (59, 'sources_evidence.object_id/16', 4, 1066);
INSERT INTO public.browse_change VALUES (60, 'sources_evidence.object_id/16', 4, 1066);
INSERT INTO public.browse_change VALUES (61, 'sources_evidence.object_id/16', 4, 1066);
INSERT INTO public.browse_change VALUES (62, 'initiatives_initiative.id', 1, 1075);
INSERT INTO public.browse_change VALUES (63, 'delegates_organisation.id', 1, 1079);
INSERT INTO public.browse_change VALUES (64, 'sources_formerslug.id', 1, 1079);
INSERT INTO public.browse_change VALUES (65, 'initiatives_initiative.id', 3, 1085);
INSERT INTO public.browse_change VALUES (66, 'initiatives_initiative.id', 4, 1093);
INSERT INTO public.browse_change VALUES (67, 'themes_theme.id', 3, 1108);
INSERT INTO public.browse_change VALUES (68, 'themes_theme.id', 4, 1108);
INSERT INTO public.browse_change VALUES (69, 'themes_theme.id', 4, 1111);
INSERT INTO public.cities_city VALUES (1, 'alphaville', 'published', '2025-01-01 00:01:21+00', '2025-01-01 00:01:22+00', '0nalphaville alphaville 0nalfavill alfavill 0n963f5c146cd557ce x963f5c14 0paerfacheng x5c146cd5 0perfacheng x6cd557ce 0pfacheng x57ce 0pcheng 0nalpha alpha 0ntheville the ville', 'Alphaville', 'Альфавилль', '阿尔法城', 10.50000, -20.25000, 1000, 101, 'Q101', 'Alpha; The Ville', 1);
INSERT INTO public.cities_city VALUES (2, 'betatown', 'published', '2025-01-01 00:01:23+00', '2025-01-01 00:01:24+00', '0nbetatown betatown', 'Betatown', '', '', -0.00001, 180.00000, NULL, NULL, NULL, '', 2);
INSERT INTO public.cities_country VALUES (1, 'xa', 'published', '2025-01-01 00:01:17+00', '2025-01-01 00:01:18+00', '0ncountrya country a 0nstranaa strana 0n753256fd x753256fd 0pjiaguo x56fd 0pguo xa', 'Country A', 'Страна А', '甲国', 'member', 2001);
INSERT INTO public.cities_country VALUES (2, 'xb', 'published', '2025-01-01 00:01:19+00', '2025-01-01 00:01:20+00', '0ncountryb country b xb', 'Country B', '', '', 'none', NULL);
INSERT INTO public.curation_changeset VALUES (1, '2025-01-01 00:01:15+00', '', 'package', '', NULL, NULL);
INSERT INTO public.curation_changeset VALUES (2, '2025-01-01 00:02:03+00', 'curator', 'edit', 'A better title', 2, NULL);
INSERT INTO public.curation_changeset VALUES (3, '2025-01-01 00:02:13+00', 'curator', 'edit', 'So the reports say.', 2, NULL);
INSERT INTO public.curation_changeset VALUES (4, '2025-01-01 00:02:23+00', 'curator', 'review', '', 2, NULL);
INSERT INTO public.curation_changeset VALUES (5, '2025-01-01 00:02:36+00', 'curator', 'review', 'The lamps are gone.', 2, NULL);
INSERT INTO public.curation_changeset VALUES (6, '2025-01-01 00:03:00+00', 'curator', 'import', 'Two themes are missing', 2, NULL);
INSERT INTO public.curation_changeset VALUES (7, '2025-01-01 00:03:11+00', 'curator', 'edit', 'So the reports say.', 2, NULL);
INSERT INTO public.curation_look VALUES (1, 3, 23, 16, 2);
INSERT INTO public.curation_look VALUES (2, 4, 24, 16, 2);
INSERT INTO public.curation_notduplicates VALUES (1, 1, 2, 10);
INSERT INTO public.curation_revision VALUES (1, 1, 'created', 'xa', '', 'published', '{}', 1, 9);
INSERT INTO public.curation_revision VALUES (2, 2, 'created', 'xb', '', 'published', '{}', 1, 9);
INSERT INTO public.curation_revision VALUES (3, 1, 'created', 'alphaville', '', 'published', '{}', 1, 10);
INSERT INTO public.curation_revision VALUES (4, 2, 'created', 'betatown', '', 'published', '{}', 1, 10);
INSERT INTO public.curation_revision VALUES (5, 1, 'created', 'gazette-2025', '', 'published', '{}', 1, 5);
INSERT INTO public.curation_revision VALUES (6, 2, 'created', 'herald-2025', '', 'draft', '{}', 1, 5);
INSERT INTO public.curation_revision VALUES (7, 1, 'created', 'lamps', '', 'published', '{}', 1, 8);
INSERT INTO public.curation_revision VALUES (8, 2, 'created', 'streets', '', 'published', '{}', 1, 8);
INSERT INTO public.curation_revision VALUES (9, 1, 'created', 'lamp-office', '', 'published', '{}', 1, 13);
INSERT INTO public.curation_revision VALUES (10, 1, 'created', 'a-opening', '', 'draft', '{}', 1, 12);
INSERT INTO public.curation_revision VALUES (11, 2, 'created', 'lamp-forum', '', 'published', '{}', 1, 12);
INSERT INTO public.curation_revision VALUES (12, 1, 'created', 'ada', '', 'published', '{}', 1, 15);
INSERT INTO public.curation_revision VALUES (13, 2, 'created', 'bob', '', 'draft', '{}', 1, 15);
INSERT INTO public.curation_revision VALUES (14, 1, 'created', 'lamps-are-bright', '', 'published', '{}', 1, 14);
INSERT INTO public.curation_revision VALUES (15, 1, 'created', 'lamps-for-all', '', 'published', '{}', 1, 16);
INSERT INTO public.curation_revision VALUES (16, 2, 'created', 'lamps-of-tomorrow', '', 'draft', '{}', 1, 16);
INSERT INTO public.curation_revision VALUES (17, 3, 'created', 'lamps-in-review', '', 'draft', '{}', 1, 16);
INSERT INTO public.curation_revision VALUES (18, 4, 'created', 'lamps-of-yesterday', '', 'published', '{}', 1, 16);
INSERT INTO public.curation_revision VALUES (19, 1, 'changed', 'lamps-for-all', 'published', 'published', '{"title_en": ["Lamps for all", "Lamps for everyone"]}', 2, 16);
INSERT INTO public.curation_revision VALUES (20, 1, 'changed', 'office-of-lamps', 'published', 'published', '{"slug": ["lamp-office", "office-of-lamps"], "former_slugs": {"added": [{"slug": "lamp-office"}], "removed": []}}', 3, 13);
INSERT INTO public.curation_revision VALUES (21, 1, 'changed', 'ada', 'published', 'published', '{"organisation": ["lamp-office", "office-of-lamps"]}', 3, 15);
INSERT INTO public.curation_revision VALUES (22, 1, 'changed', 'lamps-for-all', 'published', 'published', '{"organisations": {"added": ["office-of-lamps"], "removed": ["lamp-office"]}}', 3, 16);
INSERT INTO public.curation_revision VALUES (23, 3, 'changed', 'lamps-in-review', 'draft', 'in_review', '{"state": ["draft", "in_review"]}', 4, 16);
INSERT INTO public.curation_revision VALUES (24, 4, 'changed', 'lamps-of-yesterday', 'published', 'withdrawn', '{"state": ["published", "withdrawn"]}', 5, 16);
INSERT INTO public.curation_revision VALUES (25, 3, 'created', 'torches', '', 'draft', '{}', 6, 8);
INSERT INTO public.curation_revision VALUES (26, 4, 'created', 'candles', '', 'draft', '{}', 6, 8);
INSERT INTO public.curation_revision VALUES (27, 4, 'deleted', 'candles', 'draft', '', '{"slug": ["candles", null], "state": ["draft", null], "pillar": ["governance", null], "name_en": ["Candles", null], "name_ru": ["", null], "name_zh": ["", null], "keywords": ["", null], "description": ["All about candles", null]}', 7, 8);
INSERT INTO public.delegates_attendance VALUES (1, 'speaker', 1, 2);
INSERT INTO public.delegates_delegate VALUES (1, 'ada', 'published', '2025-01-01 00:01:39+00', '2025-01-01 00:01:40+00', '0nadatest ada test mayor of alphaville', 'Ada Test', 'Ада Тест', '', 'Mayor of Alphaville', '', 1, 1, 1);
INSERT INTO public.delegates_delegate VALUES (2, 'bob', 'draft', '2025-01-01 00:01:41+00', '2025-01-01 00:01:42+00', '0nbobtest bob test guest', 'Bob Test', '', '', 'Guest', '', NULL, NULL, NULL);
INSERT INTO public.delegates_delegate_passages VALUES (1, 1, 1);
INSERT INTO public.delegates_delegate_passages VALUES (2, 2, 1);
INSERT INTO public.delegates_event VALUES (2, 'lamp-forum', 'published', '2025-01-01 00:01:37+00', '2025-01-01 00:01:38+00', '0nlampforum lamp forum forums', 'Lamp Forum', '', '', 'forum', 'Lamp Forums', '2025-05', '2025-05-01', '2025-05-03', '2025-05-03', '2025-05-03', 'in May', 1, NULL);
INSERT INTO public.delegates_event VALUES (1, 'a-opening', 'draft', '2025-01-01 00:01:35+00', '2025-01-01 00:01:16+00', '0nopening opening', 'Opening', '', '', 'meeting', '', '2025-05-01', '2025-05-01', '', NULL, '2025-05-01', '', NULL, 2);
INSERT INTO public.delegates_event_themes VALUES (1, 2, 1);
INSERT INTO public.delegates_event_themes VALUES (2, 2, 2);
INSERT INTO public.delegates_organisation VALUES (1, 'office-of-lamps', 'published', '2025-01-01 00:01:33+00', '2025-01-01 00:02:14+00', '0nlampoffice lamp office', 'Lamp Office', '', '', 'city-government', '', 1, 1);
INSERT INTO public.delegates_statement VALUES (1, 'lamps-are-bright', 'published', '2025-01-01 00:01:43+00', '2025-01-01 00:01:44+00', 'lamps are bright', 'Lamps are bright.', 1, NULL);
INSERT INTO public.delegates_statement_themes VALUES (1, 1, 1);
INSERT INTO public.django_admin_log VALUES (1, '2025-01-01 00:02:05+00', '1', 'Lamps for everyone', 2, '[{"changed": {"fields": ["Title in English"]}}]', 16, 2);
INSERT INTO public.django_admin_log VALUES (2, '2025-01-01 00:02:15+00', '1', 'Lamp Office', 2, '[{"changed": {"fields": ["Slug"]}}]', 13, 2);
INSERT INTO public.django_admin_log VALUES (3, '2025-01-01 00:02:25+00', '3', 'Lamps in review', 2, '[{"changed": {"fields": ["State"]}}]', 16, 2);
INSERT INTO public.django_admin_log VALUES (4, '2025-01-01 00:02:38+00', '4', 'Lamps of yesterday', 2, '[{"changed": {"fields": ["State"]}}]', 16, 2);
INSERT INTO public.django_admin_log VALUES (5, '2025-01-01 00:03:10+00', '4', 'Candles', 3, '', 8, 2);
INSERT INTO public.django_content_type VALUES (1, 'sources', 'passage');
INSERT INTO public.django_content_type VALUES (2, 'sources', 'figure');
INSERT INTO public.django_content_type VALUES (3, 'sources', 'formerslug');
INSERT INTO public.django_content_type VALUES (4, 'sources', 'evidence');
INSERT INTO public.django_content_type VALUES (5, 'sources', 'report');
INSERT INTO public.django_content_type VALUES (6, 'sources', 'addresscheck');
INSERT INTO public.django_content_type VALUES (7, 'sources', 'ruling');
INSERT INTO public.django_content_type VALUES (8, 'themes', 'theme');
INSERT INTO public.django_content_type VALUES (9, 'cities', 'country');
INSERT INTO public.django_content_type VALUES (10, 'cities', 'city');
INSERT INTO public.django_content_type VALUES (11, 'delegates', 'attendance');
INSERT INTO public.django_content_type VALUES (12, 'delegates', 'event');
INSERT INTO public.django_content_type VALUES (13, 'delegates', 'organisation');
INSERT INTO public.django_content_type VALUES (14, 'delegates', 'statement');
INSERT INTO public.django_content_type VALUES (15, 'delegates', 'delegate');
INSERT INTO public.django_content_type VALUES (16, 'initiatives', 'initiative');
INSERT INTO public.django_content_type VALUES (17, 'initiatives', 'initiativecity');
INSERT INTO public.django_content_type VALUES (18, 'curation', 'changeset');
INSERT INTO public.django_content_type VALUES (19, 'curation', 'look');
INSERT INTO public.django_content_type VALUES (20, 'curation', 'notduplicates');
INSERT INTO public.django_content_type VALUES (21, 'curation', 'revision');
INSERT INTO public.django_content_type VALUES (22, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (23, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (24, 'auth', 'user');
INSERT INTO public.django_content_type VALUES (25, 'browse', 'change');
INSERT INTO public.django_content_type VALUES (26, 'curation', 'takingback');
INSERT INTO public.django_content_type VALUES (27, 'django_tasks_database', 'dbtaskresult');
INSERT INTO public.django_content_type VALUES (28, 'packages', 'importjob');
INSERT INTO public.django_content_type VALUES (29, 'packages', 'importrow');
INSERT INTO public.django_content_type VALUES (30, 'admin', 'logentry');
INSERT INTO public.django_content_type VALUES (31, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (32, 'sessions', 'session');
INSERT INTO public.django_content_type VALUES (33, 'axes', 'accessattempt');
INSERT INTO public.django_content_type VALUES (34, 'axes', 'accesslog');
INSERT INTO public.django_content_type VALUES (35, 'axes', 'accessfailurelog');
INSERT INTO public.django_content_type VALUES (36, 'axes', 'accessattemptexpiration');
INSERT INTO public.django_migrations VALUES (1, 'contenttypes', '0001_initial', '2025-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (2, 'auth', '0001_initial', '2025-01-01 00:00:01+00');
INSERT INTO public.django_migrations VALUES (3, 'admin', '0001_initial', '2025-01-01 00:00:02+00');
INSERT INTO public.django_migrations VALUES (4, 'admin', '0002_logentry_remove_auto_add', '2025-01-01 00:00:03+00');
INSERT INTO public.django_migrations VALUES (5, 'admin', '0003_logentry_add_action_flag_choices', '2025-01-01 00:00:04+00');
INSERT INTO public.django_migrations VALUES (6, 'contenttypes', '0002_remove_content_type_name', '2025-01-01 00:00:05+00');
INSERT INTO public.django_migrations VALUES (7, 'auth', '0002_alter_permission_name_max_length', '2025-01-01 00:00:06+00');
INSERT INTO public.django_migrations VALUES (8, 'auth', '0003_alter_user_email_max_length', '2025-01-01 00:00:07+00');
INSERT INTO public.django_migrations VALUES (9, 'auth', '0004_alter_user_username_opts', '2025-01-01 00:00:08+00');
INSERT INTO public.django_migrations VALUES (10, 'auth', '0005_alter_user_last_login_null', '2025-01-01 00:00:09+00');
INSERT INTO public.django_migrations VALUES (11, 'auth', '0006_require_contenttypes_0002', '2025-01-01 00:00:10+00');
INSERT INTO public.django_migrations VALUES (12, 'auth', '0007_alter_validators_add_error_messages', '2025-01-01 00:00:11+00');
INSERT INTO public.django_migrations VALUES (13, 'auth', '0008_alter_user_username_max_length', '2025-01-01 00:00:12+00');
INSERT INTO public.django_migrations VALUES (14, 'auth', '0009_alter_user_last_name_max_length', '2025-01-01 00:00:13+00');
INSERT INTO public.django_migrations VALUES (15, 'auth', '0010_alter_group_name_max_length', '2025-01-01 00:00:14+00');
INSERT INTO public.django_migrations VALUES (16, 'auth', '0011_update_proxy_permissions', '2025-01-01 00:00:15+00');
INSERT INTO public.django_migrations VALUES (17, 'auth', '0012_alter_user_first_name_max_length', '2025-01-01 00:00:16+00');
INSERT INTO public.django_migrations VALUES (18, 'axes', '0001_initial', '2025-01-01 00:00:17+00');
INSERT INTO public.django_migrations VALUES (19, 'axes', '0002_auto_20151217_2044', '2025-01-01 00:00:18+00');
INSERT INTO public.django_migrations VALUES (20, 'axes', '0003_auto_20160322_0929', '2025-01-01 00:00:19+00');
INSERT INTO public.django_migrations VALUES (21, 'axes', '0004_auto_20181024_1538', '2025-01-01 00:00:20+00');
INSERT INTO public.django_migrations VALUES (22, 'axes', '0005_remove_accessattempt_trusted', '2025-01-01 00:00:21+00');
INSERT INTO public.django_migrations VALUES (23, 'axes', '0006_remove_accesslog_trusted', '2025-01-01 00:00:22+00');
INSERT INTO public.django_migrations VALUES (24, 'axes', '0007_alter_accessattempt_unique_together', '2025-01-01 00:00:23+00');
INSERT INTO public.django_migrations VALUES (25, 'axes', '0008_accessfailurelog', '2025-01-01 00:00:24+00');
INSERT INTO public.django_migrations VALUES (26, 'axes', '0009_add_session_hash', '2025-01-01 00:00:25+00');
INSERT INTO public.django_migrations VALUES (27, 'axes', '0010_accessattemptexpiration', '2025-01-01 00:00:26+00');
INSERT INTO public.django_migrations VALUES (28, 'browse', '0001_initial', '2025-01-01 00:00:27+00');
INSERT INTO public.django_migrations VALUES (29, 'cities', '0001_initial', '2025-01-01 00:00:28+00');
INSERT INTO public.django_migrations VALUES (30, 'cities', '0002_by_name', '2025-01-01 00:00:29+00');
INSERT INTO public.django_migrations VALUES (31, 'cities', '0003_withdrawn', '2025-01-01 00:00:30+00');
INSERT INTO public.django_migrations VALUES (32, 'themes', '0001_initial', '2025-01-01 00:00:31+00');
INSERT INTO public.django_migrations VALUES (33, 'themes', '0002_by_name', '2025-01-01 00:00:32+00');
INSERT INTO public.django_migrations VALUES (34, 'themes', '0003_withdrawn', '2025-01-01 00:00:33+00');
INSERT INTO public.django_migrations VALUES (35, 'sources', '0001_initial', '2025-01-01 00:00:34+00');
INSERT INTO public.django_migrations VALUES (36, 'sources', '0002_by_name', '2025-01-01 00:00:35+00');
INSERT INTO public.django_migrations VALUES (37, 'sources', '0003_withdrawn_rulings_addresses', '2025-01-01 00:00:36+00');
INSERT INTO public.django_migrations VALUES (38, 'delegates', '0001_initial', '2025-01-01 00:00:37+00');
INSERT INTO public.django_migrations VALUES (39, 'initiatives', '0001_initial', '2025-01-01 00:00:38+00');
INSERT INTO public.django_migrations VALUES (40, 'delegates', '0002_initial', '2025-01-01 00:00:39+00');
INSERT INTO public.django_migrations VALUES (41, 'delegates', '0003_by_name', '2025-01-01 00:00:40+00');
INSERT INTO public.django_migrations VALUES (42, 'initiatives', '0002_by_name', '2025-01-01 00:00:41+00');
INSERT INTO public.django_migrations VALUES (43, 'delegates', '0004_withdrawn', '2025-01-01 00:00:42+00');
INSERT INTO public.django_migrations VALUES (44, 'initiatives', '0003_withdrawn', '2025-01-01 00:00:43+00');
INSERT INTO public.django_migrations VALUES (45, 'curation', '0001_history', '2025-01-01 00:00:44+00');
INSERT INTO public.django_migrations VALUES (46, 'curation', '0002_roles', '2025-01-01 00:00:45+00');
INSERT INTO public.django_migrations VALUES (47, 'curation', '0003_taking_back', '2025-01-01 00:00:46+00');
INSERT INTO public.django_migrations VALUES (48, 'django_tasks_database', '0001_initial', '2025-01-01 00:00:47+00');
INSERT INTO public.django_migrations VALUES (49, 'django_tasks_database', '0002_alter_dbtaskresult_options', '2025-01-01 00:00:48+00');
INSERT INTO public.django_migrations VALUES (50, 'django_tasks_database', '0003_dbtaskresult_enqueued_at_dbtaskresult_finished_at', '2025-01-01 00:00:52+00');
INSERT INTO public.django_migrations VALUES (51, 'django_tasks_database', '0004_dbtaskresult_started_at', '2025-01-01 00:00:53+00');
INSERT INTO public.django_migrations VALUES (52, 'django_tasks_database', '0005_alter_dbtaskresult_priority_and_more', '2025-01-01 00:00:54+00');
INSERT INTO public.django_migrations VALUES (53, 'django_tasks_database', '0006_alter_dbtaskresult_args_kwargs_and_more', '2025-01-01 00:00:55+00');
INSERT INTO public.django_migrations VALUES (54, 'django_tasks_database', '0007_add_separate_results_fields', '2025-01-01 00:00:56+00');
INSERT INTO public.django_migrations VALUES (55, 'django_tasks_database', '0008_separate_results_field', '2025-01-01 00:00:57+00');
INSERT INTO public.django_migrations VALUES (56, 'django_tasks_database', '0009_remove_results_field', '2025-01-01 00:00:58+00');
INSERT INTO public.django_migrations VALUES (57, 'django_tasks_database', '0010_alter_dbtaskresult_status', '2025-01-01 00:00:59+00');
INSERT INTO public.django_migrations VALUES (58, 'django_tasks_database', '0011_rename_complete_status', '2025-01-01 00:01:00+00');
INSERT INTO public.django_migrations VALUES (59, 'django_tasks_database', '0012_add_separate_exception_fields', '2025-01-01 00:01:01+00');
INSERT INTO public.django_migrations VALUES (60, 'django_tasks_database', '0013_separate_exception_fields', '2025-01-01 00:01:02+00');
INSERT INTO public.django_migrations VALUES (61, 'django_tasks_database', '0014_remove_dbtaskresult_exception_data', '2025-01-01 00:01:03+00');
INSERT INTO public.django_migrations VALUES (62, 'django_tasks_database', '0015_correctly_order_run_after', '2025-01-01 00:01:04+00');
INSERT INTO public.django_migrations VALUES (63, 'django_tasks_database', '0016_remove_dbtaskresult_django_task_new_ordering_idx_and_more', '2025-01-01 00:01:05+00');
INSERT INTO public.django_migrations VALUES (64, 'django_tasks_database', '0017_dbtaskresult_metadata', '2025-01-01 00:01:06+00');
INSERT INTO public.django_migrations VALUES (65, 'django_tasks_database', '0018_rename_succeeded_status', '2025-01-01 00:01:07+00');
INSERT INTO public.django_migrations VALUES (66, 'django_tasks_database', '0019_rename_django_task_new_ordering_idx_tasks_db_new_ordering_idx_and_more', '2025-01-01 00:01:08+00');
INSERT INTO public.django_migrations VALUES (67, 'django_tasks_database', '0020_update_db_task_result_ordering', '2025-01-01 00:01:09+00');
INSERT INTO public.django_migrations VALUES (68, 'django_tasks_database', '0021_conditional_partial_index_ordering', '2025-01-01 00:01:10+00');
INSERT INTO public.django_migrations VALUES (69, 'packages', '0001_imports', '2025-01-01 00:01:11+00');
INSERT INTO public.django_migrations VALUES (70, 'search', '0001_respell', '2025-01-01 00:01:12+00');
INSERT INTO public.django_migrations VALUES (71, 'sessions', '0001_initial', '2025-01-01 00:01:13+00');
INSERT INTO public.django_migrations VALUES (72, 'sources', '0004_covering_index', '2025-01-01 00:01:14+00');
INSERT INTO public.django_tasks_database_dbtaskresult VALUES ('00000000-0000-0000-0000-000000000001', 'READY', '{"args": [2], "kwargs": {}}', 0, 'sco_cities.packages.tasks.run_import', 'default', 'default', '9999-01-01 00:00:00+00', '2025-01-01 00:03:23+00', NULL, NULL, NULL, '', '', '[]');
INSERT INTO public.initiatives_initiative VALUES (2, 'lamps-of-tomorrow', 'draft', '2025-01-01 00:01:47+00', '2025-01-01 00:01:48+00', '0nlampsoftomorrow lamps of tomorrow two lines one', 'Lamps of tomorrow', '', '', 'Two lines:
one, two.', '', '', 'plan', 'interest', '', NULL, '', NULL, NULL, NULL);
INSERT INTO public.initiatives_initiative VALUES (1, 'lamps-for-all', 'published', '2025-01-01 00:01:45+00', '2025-01-01 00:02:04+00', '0nlampsforeveryone lamps for everyone 0nlampydlyavsekh lampy dlya vsekh gets one', 'Lamps for everyone', 'Лампы для всех', '', 'Everyone gets one.', '', '', 'project', 'agreed', '2024', '2024-01-01', '2024/2029', '2029-12-31', '2029-12-31', 2);
INSERT INTO public.initiatives_initiative VALUES (3, 'lamps-in-review', 'in_review', '2025-01-01 00:01:49+00', '2025-01-01 00:02:24+00', '0nlampsinreview lamps in review 0nlampynaproverke lampy na proverke some are planned', 'Lamps in review', 'Лампы на проверке', '', 'Some lamps are planned.', '', '', 'project', 'proposed', '2025', '2025-01-01', '', NULL, NULL, NULL);
INSERT INTO public.initiatives_initiative VALUES (4, 'lamps-of-yesterday', 'withdrawn', '2025-01-01 00:01:51+00', '2025-01-01 00:02:37+00', '0nlampsofyesterday lamps of yesterday some were put up', 'Lamps of yesterday', '', '', 'Some lamps were put up.', '', '', 'project', 'completed', '2020', '2020-01-01', '', NULL, '2020-12-31', NULL);
INSERT INTO public.initiatives_initiative_countries VALUES (1, 1, 1);
INSERT INTO public.initiatives_initiative_countries VALUES (2, 1, 2);
INSERT INTO public.initiatives_initiative_organisations VALUES (1, 1, 1);
INSERT INTO public.initiatives_initiative_themes VALUES (1, 1, 1);
INSERT INTO public.initiatives_initiative_themes VALUES (2, 3, 1);
INSERT INTO public.initiatives_initiative_themes VALUES (3, 4, 1);
INSERT INTO public.initiatives_initiativecity VALUES (1, 'lead', 1, 1);
INSERT INTO public.initiatives_initiativecity VALUES (2, 'reference', 2, 1);
INSERT INTO public.packages_importjob VALUES (1, 'themes', 'themes.csv', '\x78016dca310e80300800c0bdafe803f884f10bee0629d126080d6d7dbf0e8c4eb75c977982e2cd3b2bb42a820e853b796da39aa6614e1777d8c2d31e764525864524e36173e44889508b7c790d7f73a4f4022daa2dcf', '', '["slug", "name_en", "pillar", "description"]', 'applied', 'en', 2, 2, '{"created": 2}', 'b683afa1f541fee76c52f81311cedb38fb6ee4793acf88a386b32157be165ec8', '', 'Two themes are missing', false, '2025-01-01 00:02:51+00', 6, 2);
INSERT INTO public.packages_importjob VALUES (2, 'themes', 'themes.csv', '\x7801edd0b10dc0200c04c09e2918c04ba4cf0e91432c84e4186420f3270d4344faaf5eafafaeebcc647ccb2146ada8b2d3253d7969a3540bca36c4add3be4aaecf37b025a14d35f259e788eb16100840000210800004200081ff09bc1920802c', '', '["slug", "name_en", "pillar", "description"]', 'checking', 'en', 0, 0, '{}', '', '', '', false, '2025-01-01 00:03:18+00', NULL, 2);
INSERT INTO public.packages_importrow VALUES (1, 2, 'created', 'torches', '{"slug": ["", "torches"], "pillar": ["", "governance"], "name_en": ["", "Torches"], "description": ["", "All about torches"]}', '[]', '[]', 1);
INSERT INTO public.packages_importrow VALUES (2, 3, 'created', 'candles', '{"slug": ["", "candles"], "pillar": ["", "governance"], "name_en": ["", "Candles"], "description": ["", "All about candles"]}', '[]', '[]', 1);
INSERT INTO public.search_cities VALUES (1, '''0n963f5c146cd557ce'' ''0nalfavill'' ''0nalpha'' ''0nalphaville'' ''0ntheville'' ''0paerfacheng'' ''0pcheng'' ''0perfacheng'' ''0pfacheng'' ''alfavill'' ''alpha'' ''alphaville'' ''the'' ''ville'' ''x57ce'' ''x5c146cd5'' ''x6cd557ce'' ''x963f5c14''', repeat(' ', 2100));
INSERT INTO public.search_cities VALUES (2, '''0nbetatown'' ''betatown''', repeat(' ', 2100));
INSERT INTO public.search_countries VALUES (1, '''0n753256fd'' ''0ncountrya'' ''0nstranaa'' ''0pguo'' ''0pjiaguo'' ''a'' ''country'' ''strana'' ''x56fd'' ''x753256fd'' ''xa''', repeat(' ', 2100));
INSERT INTO public.search_countries VALUES (2, '''0ncountryb'' ''b'' ''country'' ''xb''', repeat(' ', 2100));
INSERT INTO public.search_delegates VALUES (1, '''0nadatest'' ''ada'' ''alphaville'' ''mayor'' ''of'' ''test''', repeat(' ', 2100));
INSERT INTO public.search_delegates VALUES (2, '''0nbobtest'' ''bob'' ''guest'' ''test''', repeat(' ', 2100));
INSERT INTO public.search_events VALUES (1, '''0nopening'' ''opening''', repeat(' ', 2100));
INSERT INTO public.search_events VALUES (2, '''0nlampforum'' ''forum'' ''forums'' ''lamp''', repeat(' ', 2100));
INSERT INTO public.search_initiatives VALUES (2, '''0nlampsoftomorrow'' ''lamps'' ''lines'' ''of'' ''one'' ''tomorrow'' ''two''', repeat(' ', 2100));
INSERT INTO public.search_initiatives VALUES (3, '''0nlampsinreview'' ''0nlampynaproverke'' ''are'' ''in'' ''lamps'' ''lampy'' ''na'' ''planned'' ''proverke'' ''review'' ''some''', repeat(' ', 2100));
INSERT INTO public.search_initiatives VALUES (4, '''0nlampsofyesterday'' ''lamps'' ''of'' ''put'' ''some'' ''up'' ''were'' ''yesterday''', repeat(' ', 2100));
INSERT INTO public.search_initiatives VALUES (1, '''0nlampsforeveryone'' ''0nlampydlyavsekh'' ''dlya'' ''everyone'' ''for'' ''gets'' ''lamps'' ''lampy'' ''one'' ''vsekh''', repeat(' ', 2100));
INSERT INTO public.search_organisations VALUES (1, '''0nlampoffice'' ''lamp'' ''office''', repeat(' ', 2100));
INSERT INTO public.search_reports VALUES (1, '''0nlampsbrightones'' ''bright'' ''gazette'' ''lamps'' ''ones'' ''the''', repeat(' ', 2100));
INSERT INTO public.search_reports VALUES (2, '''0nmorelamps'' ''herald'' ''lamps'' ''more'' ''the''', repeat(' ', 2100));
INSERT INTO public.search_statements VALUES (1, '''are'' ''bright'' ''lamps''', repeat(' ', 2100));
INSERT INTO public.search_themes VALUES (1, '''0nlamps'' ''about'' ''all'' ''bulb'' ''lampa'' ''lamps''', repeat(' ', 2100));
INSERT INTO public.search_themes VALUES (2, '''0nstreets'' ''about'' ''all'' ''streets''', repeat(' ', 2100));
INSERT INTO public.search_themes VALUES (3, '''0ntorches'' ''about'' ''all'' ''torches''', repeat(' ', 2100));
INSERT INTO public.sources_evidence VALUES (1, 1, 'figure', 'supports', '', 10, 1, 1);
INSERT INTO public.sources_evidence VALUES (2, 1, 'sco_role', 'supports', '', 9, NULL, 1);
INSERT INTO public.sources_evidence VALUES (3, 1, '*', 'supports', '', 15, NULL, 1);
INSERT INTO public.sources_evidence VALUES (4, 1, 'role', 'supports', '', 15, NULL, 1);
INSERT INTO public.sources_evidence VALUES (5, 2, '*', 'supports', '', 12, NULL, 1);
INSERT INTO public.sources_evidence VALUES (6, 1, '*', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (7, 1, 'cities', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (8, 1, 'ends_on', 'supports', '', 16, NULL, 2);
INSERT INTO public.sources_evidence VALUES (9, 1, 'figure', 'supports', '', 16, 2, 2);
INSERT INTO public.sources_evidence VALUES (10, 1, 'starts_on', 'supports', '', 16, NULL, 2);
INSERT INTO public.sources_evidence VALUES (11, 1, 'starts_on', 'differs', '2023', 16, NULL, 3);
INSERT INTO public.sources_evidence VALUES (12, 1, 'status', 'earlier', 'as of 2023: a wish', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (13, 1, 'status', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (14, 1, '*', 'supports', '', 14, NULL, 2);
INSERT INTO public.sources_evidence VALUES (15, 1, 'summary', 'supports', '', 14, NULL, 2);
INSERT INTO public.sources_evidence VALUES (16, 3, '*', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (17, 3, 'starts_on', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (18, 3, 'status', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (19, 4, '*', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (20, 4, 'starts_on', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_evidence VALUES (21, 4, 'status', 'supports', '', 16, NULL, 1);
INSERT INTO public.sources_figure VALUES (1, 1, 'lamps per street', 0.500000, 'lamps', 'about', '', 10);
INSERT INTO public.sources_figure VALUES (2, 1, 'lamps', 16600000.000000, 'lamps', 'over', '2025', 16);
INSERT INTO public.sources_formerslug VALUES (1, 1, 'lamp-office', 13);
INSERT INTO public.sources_passage VALUES (1, 1, 'Lamps were put up.', '', 1);
INSERT INTO public.sources_passage VALUES (2, 2, 'They shine.', '“Let there be light.”', 1);
INSERT INTO public.sources_passage VALUES (3, 10, 'More of them.', '', 2);
INSERT INTO public.sources_report VALUES (1, 'gazette-2025', 'published', '2025-01-01 00:01:25+00', '2025-01-01 00:01:26+00', '0nlampsbrightones lamps bright ones the gazette', 'Lamps, "bright" ones', 'The Gazette', '2025-01-01', '2025-01-01', '2025-01-01', 'en', 'https://gazette.example/lamps', '2025-02-01', '');
INSERT INTO public.sources_report VALUES (2, 'herald-2025', 'draft', '2025-01-01 00:01:27+00', '2025-01-01 00:01:28+00', '0nmorelamps more lamps the herald', 'More lamps', 'The Herald', '2025', '2025-01-01', '2025-12-31', 'en', 'https://herald.example/lamps', NULL, 'A draft');
INSERT INTO public.themes_theme VALUES (1, 'lamps', 'published', '2025-01-01 00:01:29+00', '2025-01-01 00:01:30+00', '0nlamps lamps all about bulb lampa', 'Lamps', '', '', 'governance', 'All about lamps', 'bulb; лампа');
INSERT INTO public.themes_theme VALUES (2, 'streets', 'published', '2025-01-01 00:01:31+00', '2025-01-01 00:01:32+00', '0nstreets streets all about', 'Streets', '', '', 'security', 'All about streets', '');
INSERT INTO public.themes_theme VALUES (3, 'torches', 'draft', '2025-01-01 00:03:02+00', '2025-01-01 00:03:03+00', '0ntorches torches all about', 'Torches', '', '', 'governance', 'All about torches', '');
SELECT pg_catalog.setval('public.auth_group_id_seq', 3, true);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 219, true);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 136, true);
SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_user_id_seq', 2, true);
SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.axes_accessattempt_id_seq', 1, false);
SELECT pg_catalog.setval('public.axes_accessfailurelog_id_seq', 1, false);
SELECT pg_catalog.setval('public.axes_accesslog_id_seq', 1, true);
SELECT pg_catalog.setval('public.browse_change_id_seq', 69, true);
SELECT pg_catalog.setval('public.cities_city_id_seq', 2, true);
SELECT pg_catalog.setval('public.cities_country_id_seq', 2, true);
SELECT pg_catalog.setval('public.curation_changeset_id_seq', 7, true);
SELECT pg_catalog.setval('public.curation_look_id_seq', 2, true);
SELECT pg_catalog.setval('public.curation_notduplicates_id_seq', 1, true);
SELECT pg_catalog.setval('public.curation_revision_id_seq', 27, true);
SELECT pg_catalog.setval('public.curation_takingback_id_seq', 1, false);
SELECT pg_catalog.setval('public.delegates_attendance_id_seq', 1, true);
SELECT pg_catalog.setval('public.delegates_delegate_id_seq', 2, true);
SELECT pg_catalog.setval('public.delegates_delegate_passages_id_seq', 2, true);
SELECT pg_catalog.setval('public.delegates_event_id_seq', 2, true);
SELECT pg_catalog.setval('public.delegates_event_themes_id_seq', 2, true);
SELECT pg_catalog.setval('public.delegates_organisation_id_seq', 1, true);
SELECT pg_catalog.setval('public.delegates_statement_id_seq', 1, true);
SELECT pg_catalog.setval('public.delegates_statement_themes_id_seq', 1, true);
SELECT pg_catalog.setval('public.django_admin_log_id_seq', 5, true);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 36, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 72, true);
SELECT pg_catalog.setval('public.initiatives_initiative_countries_id_seq', 2, true);
SELECT pg_catalog.setval('public.initiatives_initiative_id_seq', 4, true);
SELECT pg_catalog.setval('public.initiatives_initiative_organisations_id_seq', 1, true);
SELECT pg_catalog.setval('public.initiatives_initiative_themes_id_seq', 3, true);
SELECT pg_catalog.setval('public.initiatives_initiativecity_id_seq', 2, true);
SELECT pg_catalog.setval('public.packages_importjob_id_seq', 2, true);
SELECT pg_catalog.setval('public.packages_importrow_id_seq', 2, true);
SELECT pg_catalog.setval('public.sources_addresscheck_id_seq', 1, false);
SELECT pg_catalog.setval('public.sources_evidence_id_seq', 21, true);
SELECT pg_catalog.setval('public.sources_figure_id_seq', 2, true);
SELECT pg_catalog.setval('public.sources_formerslug_id_seq', 1, true);
SELECT pg_catalog.setval('public.sources_passage_id_seq', 3, true);
SELECT pg_catalog.setval('public.sources_report_id_seq', 2, true);
SELECT pg_catalog.setval('public.sources_ruling_id_seq', 1, false);
SELECT pg_catalog.setval('public.themes_theme_id_seq', 4, true);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);
ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);
ALTER TABLE ONLY public.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.browse_change
    ADD CONSTRAINT browse_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cities_city
    ADD CONSTRAINT cities_city_geonames_id_key UNIQUE (geonames_id);
ALTER TABLE ONLY public.cities_city
    ADD CONSTRAINT cities_city_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cities_city
    ADD CONSTRAINT cities_city_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.cities_city
    ADD CONSTRAINT cities_city_wikidata_id_key UNIQUE (wikidata_id);
ALTER TABLE ONLY public.cities_country
    ADD CONSTRAINT cities_country_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cities_country
    ADD CONSTRAINT cities_country_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.curation_changeset
    ADD CONSTRAINT curation_changeset_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.curation_look
    ADD CONSTRAINT curation_look_is_unique UNIQUE (content_type_id, object_id, seen_by_id);
ALTER TABLE ONLY public.curation_look
    ADD CONSTRAINT curation_look_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.curation_notduplicates
    ADD CONSTRAINT curation_not_duplicates_is_unique UNIQUE (content_type_id, first_id, second_id);
ALTER TABLE ONLY public.curation_notduplicates
    ADD CONSTRAINT curation_notduplicates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.curation_revision
    ADD CONSTRAINT curation_revision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.curation_takingback
    ADD CONSTRAINT curation_takingback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.curation_takingback
    ADD CONSTRAINT curation_takingback_result_id_key UNIQUE (result_id);
ALTER TABLE ONLY public.delegates_attendance
    ADD CONSTRAINT delegates_attendance_is_unique UNIQUE (event_id, delegate_id);
ALTER TABLE ONLY public.delegates_attendance
    ADD CONSTRAINT delegates_attendance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_delegate_passages
    ADD CONSTRAINT delegates_delegate_passa_delegate_id_passage_id_3eb4fe99_uniq UNIQUE (delegate_id, passage_id);
ALTER TABLE ONLY public.delegates_delegate_passages
    ADD CONSTRAINT delegates_delegate_passages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_delegate
    ADD CONSTRAINT delegates_delegate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_delegate
    ADD CONSTRAINT delegates_delegate_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.delegates_event
    ADD CONSTRAINT delegates_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_event
    ADD CONSTRAINT delegates_event_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.delegates_event_themes
    ADD CONSTRAINT delegates_event_themes_event_id_theme_id_d264e2cf_uniq UNIQUE (event_id, theme_id);
ALTER TABLE ONLY public.delegates_event_themes
    ADD CONSTRAINT delegates_event_themes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_organisation
    ADD CONSTRAINT delegates_organisation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_organisation
    ADD CONSTRAINT delegates_organisation_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.delegates_statement
    ADD CONSTRAINT delegates_statement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_statement
    ADD CONSTRAINT delegates_statement_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.delegates_statement_themes
    ADD CONSTRAINT delegates_statement_themes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegates_statement_themes
    ADD CONSTRAINT delegates_statement_themes_statement_id_theme_id_07de5e56_uniq UNIQUE (statement_id, theme_id);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.django_tasks_database_dbtaskresult
    ADD CONSTRAINT django_tasks_database_dbtaskresult_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.initiatives_initiative_countries
    ADD CONSTRAINT initiatives_initiative_c_initiative_id_country_id_c24f7da7_uniq UNIQUE (initiative_id, country_id);
ALTER TABLE ONLY public.initiatives_initiative_countries
    ADD CONSTRAINT initiatives_initiative_countries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.initiatives_initiative_organisations
    ADD CONSTRAINT initiatives_initiative_o_initiative_id_organisati_11dbe065_uniq UNIQUE (initiative_id, organisation_id);
ALTER TABLE ONLY public.initiatives_initiative_organisations
    ADD CONSTRAINT initiatives_initiative_organisations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.initiatives_initiative
    ADD CONSTRAINT initiatives_initiative_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.initiatives_initiative
    ADD CONSTRAINT initiatives_initiative_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.initiatives_initiative_themes
    ADD CONSTRAINT initiatives_initiative_t_initiative_id_theme_id_31c50d39_uniq UNIQUE (initiative_id, theme_id);
ALTER TABLE ONLY public.initiatives_initiative_themes
    ADD CONSTRAINT initiatives_initiative_themes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.initiatives_initiativecity
    ADD CONSTRAINT initiatives_initiativecity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.initiatives_initiativecity
    ADD CONSTRAINT initiatives_one_role_per_city UNIQUE (initiative_id, city_id);
ALTER TABLE ONLY public.packages_importjob
    ADD CONSTRAINT packages_importjob_change_set_id_key UNIQUE (change_set_id);
ALTER TABLE ONLY public.packages_importjob
    ADD CONSTRAINT packages_importjob_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_importrow
    ADD CONSTRAINT packages_importrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.packages_importrow
    ADD CONSTRAINT packages_row_is_unique UNIQUE (job_id, number);
ALTER TABLE ONLY public.search_cities
    ADD CONSTRAINT search_cities_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_countries
    ADD CONSTRAINT search_countries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_delegates
    ADD CONSTRAINT search_delegates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_events
    ADD CONSTRAINT search_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_initiatives
    ADD CONSTRAINT search_initiatives_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_organisations
    ADD CONSTRAINT search_organisations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_reports
    ADD CONSTRAINT search_reports_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_statements
    ADD CONSTRAINT search_statements_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_themes
    ADD CONSTRAINT search_themes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_addresscheck
    ADD CONSTRAINT sources_addresscheck_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_addresscheck
    ADD CONSTRAINT sources_addresscheck_report_id_key UNIQUE (report_id);
ALTER TABLE ONLY public.sources_evidence
    ADD CONSTRAINT sources_evidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_figure
    ADD CONSTRAINT sources_figure_is_unique UNIQUE (content_type_id, object_id, label);
ALTER TABLE ONLY public.sources_figure
    ADD CONSTRAINT sources_figure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_formerslug
    ADD CONSTRAINT sources_former_slug_is_unique UNIQUE (content_type_id, slug);
ALTER TABLE ONLY public.sources_formerslug
    ADD CONSTRAINT sources_formerslug_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_passage
    ADD CONSTRAINT sources_passage_is_unique UNIQUE (report_id, number);
ALTER TABLE ONLY public.sources_passage
    ADD CONSTRAINT sources_passage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_report
    ADD CONSTRAINT sources_report_address_key UNIQUE (address);
ALTER TABLE ONLY public.sources_report
    ADD CONSTRAINT sources_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_report
    ADD CONSTRAINT sources_report_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.sources_ruling
    ADD CONSTRAINT sources_ruling_is_unique UNIQUE (content_type_id, object_id, field);
ALTER TABLE ONLY public.sources_ruling
    ADD CONSTRAINT sources_ruling_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.themes_theme
    ADD CONSTRAINT themes_theme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.themes_theme
    ADD CONSTRAINT themes_theme_slug_key UNIQUE (slug);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);
CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);
CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);
CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);
CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accessattempt_ip_address_10922d9c ON public.axes_accessattempt USING btree (ip_address);
CREATE INDEX axes_accessattempt_user_agent_ad89678b ON public.axes_accessattempt USING btree (user_agent);
CREATE INDEX axes_accessattempt_user_agent_ad89678b_like ON public.axes_accessattempt USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON public.axes_accessattempt USING btree (username);
CREATE INDEX axes_accessattempt_username_3f2d4ca0_like ON public.axes_accessattempt USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON public.axes_accessfailurelog USING btree (ip_address);
CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON public.axes_accessfailurelog USING btree (user_agent);
CREATE INDEX axes_accessfailurelog_user_agent_ea145dda_like ON public.axes_accessfailurelog USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON public.axes_accessfailurelog USING btree (username);
CREATE INDEX axes_accessfailurelog_username_a8b7e8a4_like ON public.axes_accessfailurelog USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accesslog_ip_address_86b417e5 ON public.axes_accesslog USING btree (ip_address);
CREATE INDEX axes_accesslog_user_agent_0e659004 ON public.axes_accesslog USING btree (user_agent);
CREATE INDEX axes_accesslog_user_agent_0e659004_like ON public.axes_accesslog USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accesslog_username_df93064b ON public.axes_accesslog USING btree (username);
CREATE INDEX axes_accesslog_username_df93064b_like ON public.axes_accesslog USING btree (username varchar_pattern_ops);
CREATE INDEX browse_change_part ON public.browse_change USING btree (part);
CREATE INDEX browse_change_transaction ON public.browse_change USING btree (transaction_number);
CREATE INDEX cities_city_by_country_id ON public.cities_city USING btree (country_id, id);
CREATE INDEX cities_city_by_name ON public.cities_city USING btree (lower(((name_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX cities_city_by_state ON public.cities_city USING btree (state, id);
CREATE INDEX cities_city_country_id_779ae117 ON public.cities_city USING btree (country_id);
CREATE INDEX cities_city_slug_63eda70c_like ON public.cities_city USING btree (slug varchar_pattern_ops);
CREATE INDEX cities_city_state_d93786c9 ON public.cities_city USING btree (state);
CREATE INDEX cities_city_state_d93786c9_like ON public.cities_city USING btree (state varchar_pattern_ops);
CREATE INDEX cities_city_updated_at_8a0e73a8 ON public.cities_city USING btree (updated_at);
CREATE INDEX cities_city_wikidata_id_89cb661a_like ON public.cities_city USING btree (wikidata_id varchar_pattern_ops);
CREATE INDEX cities_country_by_name ON public.cities_country USING btree (lower(((name_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX cities_country_by_sco_role ON public.cities_country USING btree (sco_role, id);
CREATE INDEX cities_country_by_state ON public.cities_country USING btree (state, id);
CREATE INDEX cities_country_slug_5b9b9ee8_like ON public.cities_country USING btree (slug varchar_pattern_ops);
CREATE INDEX cities_country_state_f82018e1 ON public.cities_country USING btree (state);
CREATE INDEX cities_country_state_f82018e1_like ON public.cities_country USING btree (state varchar_pattern_ops);
CREATE INDEX cities_country_updated_at_7f345b6e ON public.cities_country USING btree (updated_at);
CREATE INDEX curation_changeset_made_at_4f15f4ed ON public.curation_changeset USING btree (made_at);
CREATE INDEX curation_changeset_made_by_id_51c50f7c ON public.curation_changeset USING btree (made_by_id);
CREATE INDEX curation_changeset_reverts_id_ef64a710 ON public.curation_changeset USING btree (reverts_id);
CREATE INDEX curation_look_content_type_id_a4e7f4e0 ON public.curation_look USING btree (content_type_id);
CREATE INDEX curation_look_seen_by_id_9e493741 ON public.curation_look USING btree (seen_by_id);
CREATE INDEX curation_notduplicates_content_type_id_341ed649 ON public.curation_notduplicates USING btree (content_type_id);
CREATE INDEX curation_revision_change_set_id_36c80cf0 ON public.curation_revision USING btree (change_set_id);
CREATE INDEX curation_revision_content_type_id_30ee3d0e ON public.curation_revision USING btree (content_type_id);
CREATE INDEX curation_revision_of_record ON public.curation_revision USING btree (content_type_id, object_id, id DESC);
CREATE INDEX curation_takingback_change_set_id_348ce4b4 ON public.curation_takingback USING btree (change_set_id);
CREATE INDEX curation_takingback_made_by_id_d5368aa1 ON public.curation_takingback USING btree (made_by_id);
CREATE INDEX delegates_attendance_by_event_id ON public.delegates_attendance USING btree (event_id, delegate_id);
CREATE INDEX delegates_attendance_delegate_id_1691353b ON public.delegates_attendance USING btree (delegate_id);
CREATE INDEX delegates_attendance_event_id_97a7af31 ON public.delegates_attendance USING btree (event_id);
CREATE INDEX delegates_delegate_by_city_id ON public.delegates_delegate USING btree (city_id, id);
CREATE INDEX delegates_delegate_by_country_id ON public.delegates_delegate USING btree (country_id, id);
CREATE INDEX delegates_delegate_by_name ON public.delegates_delegate USING btree (lower(((name_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX delegates_delegate_by_organisation_id ON public.delegates_delegate USING btree (organisation_id, id);
CREATE INDEX delegates_delegate_by_state ON public.delegates_delegate USING btree (state, id);
CREATE INDEX delegates_delegate_city_id_ea637da8 ON public.delegates_delegate USING btree (city_id);
CREATE INDEX delegates_delegate_country_id_1f791627 ON public.delegates_delegate USING btree (country_id);
CREATE INDEX delegates_delegate_organisation_id_3fec3b16 ON public.delegates_delegate USING btree (organisation_id);
CREATE INDEX delegates_delegate_passages_delegate_id_3949e696 ON public.delegates_delegate_passages USING btree (delegate_id);
CREATE INDEX delegates_delegate_passages_passage_id_6d8a2b9c ON public.delegates_delegate_passages USING btree (passage_id);
CREATE INDEX delegates_delegate_slug_f6cac5af_like ON public.delegates_delegate USING btree (slug varchar_pattern_ops);
CREATE INDEX delegates_delegate_state_42580d6f ON public.delegates_delegate USING btree (state);
CREATE INDEX delegates_delegate_state_42580d6f_like ON public.delegates_delegate USING btree (state varchar_pattern_ops);
CREATE INDEX delegates_delegate_updated_at_6cb5ac88 ON public.delegates_delegate USING btree (updated_at);
CREATE INDEX delegates_event_by_host_city_id ON public.delegates_event USING btree (host_city_id, id);
CREATE INDEX delegates_event_by_kind ON public.delegates_event USING btree (kind, id);
CREATE INDEX delegates_event_by_name ON public.delegates_event USING btree (lower(((name_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX delegates_event_by_parent_id ON public.delegates_event USING btree (parent_id, id);
CREATE INDEX delegates_event_by_runs_until ON public.delegates_event USING btree (runs_until, id);
CREATE INDEX delegates_event_by_starts_first ON public.delegates_event USING btree (starts_first, id);
CREATE INDEX delegates_event_by_state ON public.delegates_event USING btree (state, id);
CREATE INDEX delegates_event_host_city_id_4328db77 ON public.delegates_event USING btree (host_city_id);
CREATE INDEX delegates_event_parent_id_9e17b7c8 ON public.delegates_event USING btree (parent_id);
CREATE INDEX delegates_event_slug_400ea04c_like ON public.delegates_event USING btree (slug varchar_pattern_ops);
CREATE INDEX delegates_event_starts_first_5f1d4483 ON public.delegates_event USING btree (starts_first);
CREATE INDEX delegates_event_state_f406e847 ON public.delegates_event USING btree (state);
CREATE INDEX delegates_event_state_f406e847_like ON public.delegates_event USING btree (state varchar_pattern_ops);
CREATE INDEX delegates_event_themes_by_theme_id ON public.delegates_event_themes USING btree (theme_id, event_id);
CREATE INDEX delegates_event_themes_event_id_7875273b ON public.delegates_event_themes USING btree (event_id);
CREATE INDEX delegates_event_themes_theme_id_0f8d3ad2 ON public.delegates_event_themes USING btree (theme_id);
CREATE INDEX delegates_event_updated_at_ee600c2e ON public.delegates_event USING btree (updated_at);
CREATE INDEX delegates_organisation_by_city_id ON public.delegates_organisation USING btree (city_id, id);
CREATE INDEX delegates_organisation_by_country_id ON public.delegates_organisation USING btree (country_id, id);
CREATE INDEX delegates_organisation_by_kind ON public.delegates_organisation USING btree (kind, id);
CREATE INDEX delegates_organisation_by_name ON public.delegates_organisation USING btree (lower(((name_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX delegates_organisation_by_state ON public.delegates_organisation USING btree (state, id);
CREATE INDEX delegates_organisation_city_id_56f2c344 ON public.delegates_organisation USING btree (city_id);
CREATE INDEX delegates_organisation_country_id_d9eee929 ON public.delegates_organisation USING btree (country_id);
CREATE INDEX delegates_organisation_slug_c4b53c92_like ON public.delegates_organisation USING btree (slug varchar_pattern_ops);
CREATE INDEX delegates_organisation_state_25e905d2 ON public.delegates_organisation USING btree (state);
CREATE INDEX delegates_organisation_state_25e905d2_like ON public.delegates_organisation USING btree (state varchar_pattern_ops);
CREATE INDEX delegates_organisation_updated_at_5b556e9a ON public.delegates_organisation USING btree (updated_at);
CREATE INDEX delegates_statement_by_delegate_id ON public.delegates_statement USING btree (delegate_id, id);
CREATE INDEX delegates_statement_by_event_id ON public.delegates_statement USING btree (event_id, id);
CREATE INDEX delegates_statement_by_state ON public.delegates_statement USING btree (state, id);
CREATE INDEX delegates_statement_delegate_id_ee333f13 ON public.delegates_statement USING btree (delegate_id);
CREATE INDEX delegates_statement_event_id_e87797cb ON public.delegates_statement USING btree (event_id);
CREATE INDEX delegates_statement_slug_99b2553e_like ON public.delegates_statement USING btree (slug varchar_pattern_ops);
CREATE INDEX delegates_statement_state_25fc3fc8 ON public.delegates_statement USING btree (state);
CREATE INDEX delegates_statement_state_25fc3fc8_like ON public.delegates_statement USING btree (state varchar_pattern_ops);
CREATE INDEX delegates_statement_themes_by_theme_id ON public.delegates_statement_themes USING btree (theme_id, statement_id);
CREATE INDEX delegates_statement_themes_statement_id_8547d5d7 ON public.delegates_statement_themes USING btree (statement_id);
CREATE INDEX delegates_statement_themes_theme_id_83769785 ON public.delegates_statement_themes USING btree (theme_id);
CREATE INDEX delegates_statement_updated_at_c2b42412 ON public.delegates_statement USING btree (updated_at);
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX django_task_backend_071754_idx ON public.django_tasks_database_dbtaskresult USING btree (backend_name);
CREATE INDEX django_task_queue_n_99c321_idx ON public.django_tasks_database_dbtaskresult USING btree (queue_name);
CREATE INDEX initiatives_by_title ON public.initiatives_initiative USING btree (lower(((title_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX initiatives_initiative_by_event_id ON public.initiatives_initiative USING btree (event_id, id);
CREATE INDEX initiatives_initiative_by_kind ON public.initiatives_initiative USING btree (kind, id);
CREATE INDEX initiatives_initiative_by_runs_until ON public.initiatives_initiative USING btree (runs_until, id);
CREATE INDEX initiatives_initiative_by_starts_first ON public.initiatives_initiative USING btree (starts_first, id);
CREATE INDEX initiatives_initiative_by_state ON public.initiatives_initiative USING btree (state, id);
CREATE INDEX initiatives_initiative_by_status ON public.initiatives_initiative USING btree (status, id);
CREATE INDEX initiatives_initiative_countries_by_country_id ON public.initiatives_initiative_countries USING btree (country_id, initiative_id);
CREATE INDEX initiatives_initiative_countries_country_id_adc102a8 ON public.initiatives_initiative_countries USING btree (country_id);
CREATE INDEX initiatives_initiative_countries_initiative_id_425b377c ON public.initiatives_initiative_countries USING btree (initiative_id);
CREATE INDEX initiatives_initiative_event_id_0bd62256 ON public.initiatives_initiative USING btree (event_id);
CREATE INDEX initiatives_initiative_organisations_by_organisation_id ON public.initiatives_initiative_organisations USING btree (organisation_id, initiative_id);
CREATE INDEX initiatives_initiative_organisations_initiative_id_d707c47e ON public.initiatives_initiative_organisations USING btree (initiative_id);
CREATE INDEX initiatives_initiative_organisations_organisation_id_9ee48105 ON public.initiatives_initiative_organisations USING btree (organisation_id);
CREATE INDEX initiatives_initiative_slug_89639998_like ON public.initiatives_initiative USING btree (slug varchar_pattern_ops);
CREATE INDEX initiatives_initiative_starts_first_cb854f94 ON public.initiatives_initiative USING btree (starts_first);
CREATE INDEX initiatives_initiative_state_a092d381 ON public.initiatives_initiative USING btree (state);
CREATE INDEX initiatives_initiative_state_a092d381_like ON public.initiatives_initiative USING btree (state varchar_pattern_ops);
CREATE INDEX initiatives_initiative_themes_by_theme_id ON public.initiatives_initiative_themes USING btree (theme_id, initiative_id);
CREATE INDEX initiatives_initiative_themes_initiative_id_6084bf8d ON public.initiatives_initiative_themes USING btree (initiative_id);
CREATE INDEX initiatives_initiative_themes_theme_id_4da93966 ON public.initiatives_initiative_themes USING btree (theme_id);
CREATE INDEX initiatives_initiative_updated_at_a22321b4 ON public.initiatives_initiative USING btree (updated_at);
CREATE INDEX initiatives_initiativecity_by_city_id ON public.initiatives_initiativecity USING btree (city_id, initiative_id);
CREATE INDEX initiatives_initiativecity_by_role_city_id ON public.initiatives_initiativecity USING btree (role, city_id, initiative_id);
CREATE INDEX initiatives_initiativecity_city_id_fe374eaf ON public.initiatives_initiativecity USING btree (city_id);
CREATE INDEX initiatives_initiativecity_initiative_id_5e54dbc6 ON public.initiatives_initiativecity USING btree (initiative_id);
CREATE INDEX packages_importjob_made_by_id_c2956443 ON public.packages_importjob USING btree (made_by_id);
CREATE INDEX packages_importrow_job_id_fd99d98d ON public.packages_importrow USING btree (job_id);
CREATE INDEX packages_row_by_outcome ON public.packages_importrow USING btree (job_id, outcome, number);
CREATE INDEX search_cities_terms ON public.search_cities USING gin (terms);
CREATE INDEX search_countries_terms ON public.search_countries USING gin (terms);
CREATE INDEX search_delegates_terms ON public.search_delegates USING gin (terms);
CREATE INDEX search_events_terms ON public.search_events USING gin (terms);
CREATE INDEX search_initiatives_terms ON public.search_initiatives USING gin (terms);
CREATE INDEX search_organisations_terms ON public.search_organisations USING gin (terms);
CREATE INDEX search_reports_terms ON public.search_reports USING gin (terms);
CREATE INDEX search_statements_terms ON public.search_statements USING gin (terms);
CREATE INDEX search_themes_terms ON public.search_themes USING gin (terms);
CREATE INDEX sources_addresscheck_is_dead_7c0a5e25 ON public.sources_addresscheck USING btree (is_dead);
CREATE INDEX sources_evidence_by_content_type_id_passage_id_stance ON public.sources_evidence USING btree (content_type_id, passage_id, stance, object_id);
CREATE INDEX sources_evidence_content_type_id_93d446bb ON public.sources_evidence USING btree (content_type_id);
CREATE INDEX sources_evidence_figure_id_e41dd031 ON public.sources_evidence USING btree (figure_id);
CREATE UNIQUE INDEX sources_evidence_is_unique ON public.sources_evidence USING btree (content_type_id, object_id, field, passage_id, stance, reported_value) WHERE (figure_id IS NULL);
CREATE INDEX sources_evidence_passage_id_ad4bcd91 ON public.sources_evidence USING btree (passage_id);
CREATE INDEX sources_evidence_record ON public.sources_evidence USING btree (content_type_id, object_id, passage_id);
CREATE INDEX sources_figure_content_type_id_3fcfde5e ON public.sources_figure USING btree (content_type_id);
CREATE UNIQUE INDEX sources_figure_evidence_is_unique ON public.sources_evidence USING btree (figure_id, passage_id, stance, reported_value) WHERE (figure_id IS NOT NULL);
CREATE INDEX sources_formerslug_content_type_id_69429d55 ON public.sources_formerslug USING btree (content_type_id);
CREATE INDEX sources_passage_report_id_efcadb37 ON public.sources_passage USING btree (report_id);
CREATE INDEX sources_report_address_05906dfe_like ON public.sources_report USING btree (address varchar_pattern_ops);
CREATE INDEX sources_report_by_language ON public.sources_report USING btree (language, id);
CREATE INDEX sources_report_by_published_first ON public.sources_report USING btree (published_first, id);
CREATE INDEX sources_report_by_published_last ON public.sources_report USING btree (published_last, id);
CREATE INDEX sources_report_by_state ON public.sources_report USING btree (state, id);
CREATE INDEX sources_report_by_title ON public.sources_report USING btree (lower(((title)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX sources_report_language_634cd3e3 ON public.sources_report USING btree (language);
CREATE INDEX sources_report_language_634cd3e3_like ON public.sources_report USING btree (language varchar_pattern_ops);
CREATE INDEX sources_report_slug_eed5203d_like ON public.sources_report USING btree (slug varchar_pattern_ops);
CREATE INDEX sources_report_state_8e779e6a ON public.sources_report USING btree (state);
CREATE INDEX sources_report_state_8e779e6a_like ON public.sources_report USING btree (state varchar_pattern_ops);
CREATE INDEX sources_report_updated_at_2f1d4052 ON public.sources_report USING btree (updated_at);
CREATE INDEX sources_ruling_content_type_id_6574abe8 ON public.sources_ruling USING btree (content_type_id);
CREATE INDEX tasks_db_new_ordering_idx ON public.django_tasks_database_dbtaskresult USING btree (status, priority DESC, run_after, enqueued_at) WHERE ((status)::text = 'READY'::text);
CREATE INDEX themes_theme_by_name ON public.themes_theme USING btree (lower(((name_en)::text COLLATE "C")), lower(((slug)::text COLLATE "C")));
CREATE INDEX themes_theme_by_pillar ON public.themes_theme USING btree (pillar, id);
CREATE INDEX themes_theme_by_state ON public.themes_theme USING btree (state, id);
CREATE INDEX themes_theme_slug_4f5ecc3c_like ON public.themes_theme USING btree (slug varchar_pattern_ops);
CREATE INDEX themes_theme_state_9d0554dc ON public.themes_theme USING btree (state);
CREATE INDEX themes_theme_state_9d0554dc_like ON public.themes_theme USING btree (state varchar_pattern_ops);
CREATE INDEX themes_theme_updated_at_d8cf4f20 ON public.themes_theme USING btree (updated_at);
CREATE TRIGGER browse_log_cities_city_delete AFTER DELETE ON public.cities_city REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_city_delete();
CREATE TRIGGER browse_log_cities_city_insert AFTER INSERT ON public.cities_city REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_city_insert();
CREATE TRIGGER browse_log_cities_city_truncate AFTER TRUNCATE ON public.cities_city FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_city_truncate();
CREATE TRIGGER browse_log_cities_city_update AFTER UPDATE ON public.cities_city REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_city_update();
CREATE TRIGGER browse_log_cities_country_delete AFTER DELETE ON public.cities_country REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_country_delete();
CREATE TRIGGER browse_log_cities_country_insert AFTER INSERT ON public.cities_country REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_country_insert();
CREATE TRIGGER browse_log_cities_country_truncate AFTER TRUNCATE ON public.cities_country FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_country_truncate();
CREATE TRIGGER browse_log_cities_country_update AFTER UPDATE ON public.cities_country REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_cities_country_update();
CREATE TRIGGER browse_log_delegates_attendance_delete AFTER DELETE ON public.delegates_attendance REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_attendance_delete();
CREATE TRIGGER browse_log_delegates_attendance_insert AFTER INSERT ON public.delegates_attendance REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_attendance_insert();
CREATE TRIGGER browse_log_delegates_attendance_truncate AFTER TRUNCATE ON public.delegates_attendance FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_attendance_truncate();
CREATE TRIGGER browse_log_delegates_attendance_update AFTER UPDATE ON public.delegates_attendance REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_attendance_update();
CREATE TRIGGER browse_log_delegates_delegate_delete AFTER DELETE ON public.delegates_delegate REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_delete();
CREATE TRIGGER browse_log_delegates_delegate_insert AFTER INSERT ON public.delegates_delegate REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_insert();
CREATE TRIGGER browse_log_delegates_delegate_passages_delete AFTER DELETE ON public.delegates_delegate_passages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_passages_delete();
CREATE TRIGGER browse_log_delegates_delegate_passages_insert AFTER INSERT ON public.delegates_delegate_passages REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_passages_insert();
CREATE TRIGGER browse_log_delegates_delegate_passages_truncate AFTER TRUNCATE ON public.delegates_delegate_passages FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_passages_truncate();
CREATE TRIGGER browse_log_delegates_delegate_passages_update AFTER UPDATE ON public.delegates_delegate_passages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_passages_update();
CREATE TRIGGER browse_log_delegates_delegate_truncate AFTER TRUNCATE ON public.delegates_delegate FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_truncate();
CREATE TRIGGER browse_log_delegates_delegate_update AFTER UPDATE ON public.delegates_delegate REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_delegate_update();
CREATE TRIGGER browse_log_delegates_event_delete AFTER DELETE ON public.delegates_event REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_delete();
CREATE TRIGGER browse_log_delegates_event_insert AFTER INSERT ON public.delegates_event REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_insert();
CREATE TRIGGER browse_log_delegates_event_themes_delete AFTER DELETE ON public.delegates_event_themes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_themes_delete();
CREATE TRIGGER browse_log_delegates_event_themes_insert AFTER INSERT ON public.delegates_event_themes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_themes_insert();
CREATE TRIGGER browse_log_delegates_event_themes_truncate AFTER TRUNCATE ON public.delegates_event_themes FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_themes_truncate();
CREATE TRIGGER browse_log_delegates_event_themes_update AFTER UPDATE ON public.delegates_event_themes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_themes_update();
CREATE TRIGGER browse_log_delegates_event_truncate AFTER TRUNCATE ON public.delegates_event FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_truncate();
CREATE TRIGGER browse_log_delegates_event_update AFTER UPDATE ON public.delegates_event REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_event_update();
CREATE TRIGGER browse_log_delegates_organisation_delete AFTER DELETE ON public.delegates_organisation REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_organisation_delete();
CREATE TRIGGER browse_log_delegates_organisation_insert AFTER INSERT ON public.delegates_organisation REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_organisation_insert();
CREATE TRIGGER browse_log_delegates_organisation_truncate AFTER TRUNCATE ON public.delegates_organisation FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_organisation_truncate();
CREATE TRIGGER browse_log_delegates_organisation_update AFTER UPDATE ON public.delegates_organisation REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_organisation_update();
CREATE TRIGGER browse_log_delegates_statement_delete AFTER DELETE ON public.delegates_statement REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_delete();
CREATE TRIGGER browse_log_delegates_statement_insert AFTER INSERT ON public.delegates_statement REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_insert();
CREATE TRIGGER browse_log_delegates_statement_themes_delete AFTER DELETE ON public.delegates_statement_themes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_themes_delete();
CREATE TRIGGER browse_log_delegates_statement_themes_insert AFTER INSERT ON public.delegates_statement_themes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_themes_insert();
CREATE TRIGGER browse_log_delegates_statement_themes_truncate AFTER TRUNCATE ON public.delegates_statement_themes FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_themes_truncate();
CREATE TRIGGER browse_log_delegates_statement_themes_update AFTER UPDATE ON public.delegates_statement_themes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_themes_update();
CREATE TRIGGER browse_log_delegates_statement_truncate AFTER TRUNCATE ON public.delegates_statement FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_truncate();
CREATE TRIGGER browse_log_delegates_statement_update AFTER UPDATE ON public.delegates_statement REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_delegates_statement_update();
CREATE TRIGGER browse_log_initiatives_initiative_countries_delete AFTER DELETE ON public.initiatives_initiative_countries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_countries_delete();
CREATE TRIGGER browse_log_initiatives_initiative_countries_insert AFTER INSERT ON public.initiatives_initiative_countries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_countries_insert();
CREATE TRIGGER browse_log_initiatives_initiative_countries_truncate AFTER TRUNCATE ON public.initiatives_initiative_countries FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_countries_truncate();
CREATE TRIGGER browse_log_initiatives_initiative_countries_update AFTER UPDATE ON public.initiatives_initiative_countries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_countries_update();
CREATE TRIGGER browse_log_initiatives_initiative_delete AFTER DELETE ON public.initiatives_initiative REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_delete();
CREATE TRIGGER browse_log_initiatives_initiative_insert AFTER INSERT ON public.initiatives_initiative REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_insert();
CREATE TRIGGER browse_log_initiatives_initiative_organisations_delete AFTER DELETE ON public.initiatives_initiative_organisations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_organisations_delete();
CREATE TRIGGER browse_log_initiatives_initiative_organisations_insert AFTER INSERT ON public.initiatives_initiative_organisations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_organisations_insert();
CREATE TRIGGER browse_log_initiatives_initiative_organisations_truncate AFTER TRUNCATE ON public.initiatives_initiative_organisations FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_organisations_truncate();
CREATE TRIGGER browse_log_initiatives_initiative_organisations_update AFTER UPDATE ON public.initiatives_initiative_organisations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_organisations_update();
CREATE TRIGGER browse_log_initiatives_initiative_themes_delete AFTER DELETE ON public.initiatives_initiative_themes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_themes_delete();
CREATE TRIGGER browse_log_initiatives_initiative_themes_insert AFTER INSERT ON public.initiatives_initiative_themes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_themes_insert();
CREATE TRIGGER browse_log_initiatives_initiative_themes_truncate AFTER TRUNCATE ON public.initiatives_initiative_themes FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_themes_truncate();
CREATE TRIGGER browse_log_initiatives_initiative_themes_update AFTER UPDATE ON public.initiatives_initiative_themes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_themes_update();
CREATE TRIGGER browse_log_initiatives_initiative_truncate AFTER TRUNCATE ON public.initiatives_initiative FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_truncate();
CREATE TRIGGER browse_log_initiatives_initiative_update AFTER UPDATE ON public.initiatives_initiative REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiative_update();
CREATE TRIGGER browse_log_initiatives_initiativecity_delete AFTER DELETE ON public.initiatives_initiativecity REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiativecity_delete();
CREATE TRIGGER browse_log_initiatives_initiativecity_insert AFTER INSERT ON public.initiatives_initiativecity REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiativecity_insert();
CREATE TRIGGER browse_log_initiatives_initiativecity_truncate AFTER TRUNCATE ON public.initiatives_initiativecity FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiativecity_truncate();
CREATE TRIGGER browse_log_initiatives_initiativecity_update AFTER UPDATE ON public.initiatives_initiativecity REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_initiatives_initiativecity_update();
CREATE TRIGGER browse_log_sources_addresscheck_delete AFTER DELETE ON public.sources_addresscheck REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_addresscheck_delete();
CREATE TRIGGER browse_log_sources_addresscheck_insert AFTER INSERT ON public.sources_addresscheck REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_addresscheck_insert();
CREATE TRIGGER browse_log_sources_addresscheck_truncate AFTER TRUNCATE ON public.sources_addresscheck FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_addresscheck_truncate();
CREATE TRIGGER browse_log_sources_addresscheck_update AFTER UPDATE ON public.sources_addresscheck REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_addresscheck_update();
CREATE TRIGGER browse_log_sources_evidence_delete AFTER DELETE ON public.sources_evidence REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_evidence_delete();
CREATE TRIGGER browse_log_sources_evidence_insert AFTER INSERT ON public.sources_evidence REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_evidence_insert();
CREATE TRIGGER browse_log_sources_evidence_truncate AFTER TRUNCATE ON public.sources_evidence FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_evidence_truncate();
CREATE TRIGGER browse_log_sources_evidence_update AFTER UPDATE ON public.sources_evidence REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_evidence_update();
CREATE TRIGGER browse_log_sources_figure_delete AFTER DELETE ON public.sources_figure REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_figure_delete();
CREATE TRIGGER browse_log_sources_figure_insert AFTER INSERT ON public.sources_figure REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_figure_insert();
CREATE TRIGGER browse_log_sources_figure_truncate AFTER TRUNCATE ON public.sources_figure FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_figure_truncate();
CREATE TRIGGER browse_log_sources_figure_update AFTER UPDATE ON public.sources_figure REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_figure_update();
CREATE TRIGGER browse_log_sources_formerslug_delete AFTER DELETE ON public.sources_formerslug REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_formerslug_delete();
CREATE TRIGGER browse_log_sources_formerslug_insert AFTER INSERT ON public.sources_formerslug REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_formerslug_insert();
CREATE TRIGGER browse_log_sources_formerslug_truncate AFTER TRUNCATE ON public.sources_formerslug FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_formerslug_truncate();
CREATE TRIGGER browse_log_sources_formerslug_update AFTER UPDATE ON public.sources_formerslug REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_formerslug_update();
CREATE TRIGGER browse_log_sources_passage_delete AFTER DELETE ON public.sources_passage REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_passage_delete();
CREATE TRIGGER browse_log_sources_passage_insert AFTER INSERT ON public.sources_passage REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_passage_insert();
CREATE TRIGGER browse_log_sources_passage_truncate AFTER TRUNCATE ON public.sources_passage FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_passage_truncate();
CREATE TRIGGER browse_log_sources_passage_update AFTER UPDATE ON public.sources_passage REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_passage_update();
CREATE TRIGGER browse_log_sources_report_delete AFTER DELETE ON public.sources_report REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_report_delete();
CREATE TRIGGER browse_log_sources_report_insert AFTER INSERT ON public.sources_report REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_report_insert();
CREATE TRIGGER browse_log_sources_report_truncate AFTER TRUNCATE ON public.sources_report FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_report_truncate();
CREATE TRIGGER browse_log_sources_report_update AFTER UPDATE ON public.sources_report REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_report_update();
CREATE TRIGGER browse_log_sources_ruling_delete AFTER DELETE ON public.sources_ruling REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_ruling_delete();
CREATE TRIGGER browse_log_sources_ruling_insert AFTER INSERT ON public.sources_ruling REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_ruling_insert();
CREATE TRIGGER browse_log_sources_ruling_truncate AFTER TRUNCATE ON public.sources_ruling FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_ruling_truncate();
CREATE TRIGGER browse_log_sources_ruling_update AFTER UPDATE ON public.sources_ruling REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_sources_ruling_update();
CREATE TRIGGER browse_log_themes_theme_delete AFTER DELETE ON public.themes_theme REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_themes_theme_delete();
CREATE TRIGGER browse_log_themes_theme_insert AFTER INSERT ON public.themes_theme REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_themes_theme_insert();
CREATE TRIGGER browse_log_themes_theme_truncate AFTER TRUNCATE ON public.themes_theme FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_themes_theme_truncate();
CREATE TRIGGER browse_log_themes_theme_update AFTER UPDATE ON public.themes_theme REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.browse_log_themes_theme_update();
CREATE TRIGGER search_cities_delete AFTER DELETE ON public.cities_city REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_cities_delete();
CREATE TRIGGER search_cities_insert AFTER INSERT ON public.cities_city REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_cities_insert();
CREATE TRIGGER search_cities_truncate AFTER TRUNCATE ON public.cities_city FOR EACH STATEMENT EXECUTE FUNCTION public.search_cities_truncate();
CREATE TRIGGER search_cities_update AFTER UPDATE ON public.cities_city REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_cities_update();
CREATE TRIGGER search_countries_delete AFTER DELETE ON public.cities_country REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_countries_delete();
CREATE TRIGGER search_countries_insert AFTER INSERT ON public.cities_country REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_countries_insert();
CREATE TRIGGER search_countries_truncate AFTER TRUNCATE ON public.cities_country FOR EACH STATEMENT EXECUTE FUNCTION public.search_countries_truncate();
CREATE TRIGGER search_countries_update AFTER UPDATE ON public.cities_country REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_countries_update();
CREATE TRIGGER search_delegates_delete AFTER DELETE ON public.delegates_delegate REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_delegates_delete();
CREATE TRIGGER search_delegates_insert AFTER INSERT ON public.delegates_delegate REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_delegates_insert();
CREATE TRIGGER search_delegates_truncate AFTER TRUNCATE ON public.delegates_delegate FOR EACH STATEMENT EXECUTE FUNCTION public.search_delegates_truncate();
CREATE TRIGGER search_delegates_update AFTER UPDATE ON public.delegates_delegate REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_delegates_update();
CREATE TRIGGER search_events_delete AFTER DELETE ON public.delegates_event REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_events_delete();
CREATE TRIGGER search_events_insert AFTER INSERT ON public.delegates_event REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_events_insert();
CREATE TRIGGER search_events_truncate AFTER TRUNCATE ON public.delegates_event FOR EACH STATEMENT EXECUTE FUNCTION public.search_events_truncate();
CREATE TRIGGER search_events_update AFTER UPDATE ON public.delegates_event REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_events_update();
CREATE TRIGGER search_initiatives_delete AFTER DELETE ON public.initiatives_initiative REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_initiatives_delete();
CREATE TRIGGER search_initiatives_insert AFTER INSERT ON public.initiatives_initiative REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_initiatives_insert();
CREATE TRIGGER search_initiatives_truncate AFTER TRUNCATE ON public.initiatives_initiative FOR EACH STATEMENT EXECUTE FUNCTION public.search_initiatives_truncate();
CREATE TRIGGER search_initiatives_update AFTER UPDATE ON public.initiatives_initiative REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_initiatives_update();
CREATE TRIGGER search_organisations_delete AFTER DELETE ON public.delegates_organisation REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_organisations_delete();
CREATE TRIGGER search_organisations_insert AFTER INSERT ON public.delegates_organisation REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_organisations_insert();
CREATE TRIGGER search_organisations_truncate AFTER TRUNCATE ON public.delegates_organisation FOR EACH STATEMENT EXECUTE FUNCTION public.search_organisations_truncate();
CREATE TRIGGER search_organisations_update AFTER UPDATE ON public.delegates_organisation REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_organisations_update();
CREATE TRIGGER search_reports_delete AFTER DELETE ON public.sources_report REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_reports_delete();
CREATE TRIGGER search_reports_insert AFTER INSERT ON public.sources_report REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_reports_insert();
CREATE TRIGGER search_reports_truncate AFTER TRUNCATE ON public.sources_report FOR EACH STATEMENT EXECUTE FUNCTION public.search_reports_truncate();
CREATE TRIGGER search_reports_update AFTER UPDATE ON public.sources_report REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_reports_update();
CREATE TRIGGER search_statements_delete AFTER DELETE ON public.delegates_statement REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_statements_delete();
CREATE TRIGGER search_statements_insert AFTER INSERT ON public.delegates_statement REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_statements_insert();
CREATE TRIGGER search_statements_truncate AFTER TRUNCATE ON public.delegates_statement FOR EACH STATEMENT EXECUTE FUNCTION public.search_statements_truncate();
CREATE TRIGGER search_statements_update AFTER UPDATE ON public.delegates_statement REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_statements_update();
CREATE TRIGGER search_themes_delete AFTER DELETE ON public.themes_theme REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_themes_delete();
CREATE TRIGGER search_themes_insert AFTER INSERT ON public.themes_theme REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_themes_insert();
CREATE TRIGGER search_themes_truncate AFTER TRUNCATE ON public.themes_theme FOR EACH STATEMENT EXECUTE FUNCTION public.search_themes_truncate();
CREATE TRIGGER search_themes_update AFTER UPDATE ON public.themes_theme REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.search_themes_update();
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES public.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cities_city
    ADD CONSTRAINT cities_city_country_id_779ae117_fk_cities_country_id FOREIGN KEY (country_id) REFERENCES public.cities_country(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_changeset
    ADD CONSTRAINT curation_changeset_made_by_id_51c50f7c_fk_auth_user_id FOREIGN KEY (made_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_changeset
    ADD CONSTRAINT curation_changeset_reverts_id_ef64a710_fk_curation_changeset_id FOREIGN KEY (reverts_id) REFERENCES public.curation_changeset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_look
    ADD CONSTRAINT curation_look_content_type_id_a4e7f4e0_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_look
    ADD CONSTRAINT curation_look_seen_by_id_9e493741_fk_auth_user_id FOREIGN KEY (seen_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_notduplicates
    ADD CONSTRAINT curation_notduplicat_content_type_id_341ed649_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_revision
    ADD CONSTRAINT curation_revision_change_set_id_36c80cf0_fk_curation_ FOREIGN KEY (change_set_id) REFERENCES public.curation_changeset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_revision
    ADD CONSTRAINT curation_revision_content_type_id_30ee3d0e_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_takingback
    ADD CONSTRAINT curation_takingback_change_set_id_348ce4b4_fk_curation_ FOREIGN KEY (change_set_id) REFERENCES public.curation_changeset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_takingback
    ADD CONSTRAINT curation_takingback_made_by_id_d5368aa1_fk_auth_user_id FOREIGN KEY (made_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.curation_takingback
    ADD CONSTRAINT curation_takingback_result_id_dafe55b9_fk_curation_changeset_id FOREIGN KEY (result_id) REFERENCES public.curation_changeset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_attendance
    ADD CONSTRAINT delegates_attendance_delegate_id_1691353b_fk_delegates FOREIGN KEY (delegate_id) REFERENCES public.delegates_delegate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_attendance
    ADD CONSTRAINT delegates_attendance_event_id_97a7af31_fk_delegates_event_id FOREIGN KEY (event_id) REFERENCES public.delegates_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_delegate
    ADD CONSTRAINT delegates_delegate_city_id_ea637da8_fk_cities_city_id FOREIGN KEY (city_id) REFERENCES public.cities_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_delegate
    ADD CONSTRAINT delegates_delegate_country_id_1f791627_fk_cities_country_id FOREIGN KEY (country_id) REFERENCES public.cities_country(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_delegate
    ADD CONSTRAINT delegates_delegate_organisation_id_3fec3b16_fk_delegates FOREIGN KEY (organisation_id) REFERENCES public.delegates_organisation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_delegate_passages
    ADD CONSTRAINT delegates_delegate_p_delegate_id_3949e696_fk_delegates FOREIGN KEY (delegate_id) REFERENCES public.delegates_delegate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_delegate_passages
    ADD CONSTRAINT delegates_delegate_p_passage_id_6d8a2b9c_fk_sources_p FOREIGN KEY (passage_id) REFERENCES public.sources_passage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_event
    ADD CONSTRAINT delegates_event_host_city_id_4328db77_fk_cities_city_id FOREIGN KEY (host_city_id) REFERENCES public.cities_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_event
    ADD CONSTRAINT delegates_event_parent_id_9e17b7c8_fk_delegates_event_id FOREIGN KEY (parent_id) REFERENCES public.delegates_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_event_themes
    ADD CONSTRAINT delegates_event_themes_event_id_7875273b_fk_delegates_event_id FOREIGN KEY (event_id) REFERENCES public.delegates_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_event_themes
    ADD CONSTRAINT delegates_event_themes_theme_id_0f8d3ad2_fk_themes_theme_id FOREIGN KEY (theme_id) REFERENCES public.themes_theme(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_organisation
    ADD CONSTRAINT delegates_organisation_city_id_56f2c344_fk_cities_city_id FOREIGN KEY (city_id) REFERENCES public.cities_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_organisation
    ADD CONSTRAINT delegates_organisation_country_id_d9eee929_fk_cities_country_id FOREIGN KEY (country_id) REFERENCES public.cities_country(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_statement_themes
    ADD CONSTRAINT delegates_statement__statement_id_8547d5d7_fk_delegates FOREIGN KEY (statement_id) REFERENCES public.delegates_statement(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_statement
    ADD CONSTRAINT delegates_statement_delegate_id_ee333f13_fk_delegates FOREIGN KEY (delegate_id) REFERENCES public.delegates_delegate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_statement
    ADD CONSTRAINT delegates_statement_event_id_e87797cb_fk_delegates_event_id FOREIGN KEY (event_id) REFERENCES public.delegates_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.delegates_statement_themes
    ADD CONSTRAINT delegates_statement_themes_theme_id_83769785_fk_themes_theme_id FOREIGN KEY (theme_id) REFERENCES public.themes_theme(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative_countries
    ADD CONSTRAINT initiatives_initiati_country_id_adc102a8_fk_cities_co FOREIGN KEY (country_id) REFERENCES public.cities_country(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative_countries
    ADD CONSTRAINT initiatives_initiati_initiative_id_425b377c_fk_initiativ FOREIGN KEY (initiative_id) REFERENCES public.initiatives_initiative(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiativecity
    ADD CONSTRAINT initiatives_initiati_initiative_id_5e54dbc6_fk_initiativ FOREIGN KEY (initiative_id) REFERENCES public.initiatives_initiative(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative_themes
    ADD CONSTRAINT initiatives_initiati_initiative_id_6084bf8d_fk_initiativ FOREIGN KEY (initiative_id) REFERENCES public.initiatives_initiative(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative_organisations
    ADD CONSTRAINT initiatives_initiati_initiative_id_d707c47e_fk_initiativ FOREIGN KEY (initiative_id) REFERENCES public.initiatives_initiative(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative_organisations
    ADD CONSTRAINT initiatives_initiati_organisation_id_9ee48105_fk_delegates FOREIGN KEY (organisation_id) REFERENCES public.delegates_organisation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative_themes
    ADD CONSTRAINT initiatives_initiati_theme_id_4da93966_fk_themes_th FOREIGN KEY (theme_id) REFERENCES public.themes_theme(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiative
    ADD CONSTRAINT initiatives_initiative_event_id_0bd62256_fk_delegates_event_id FOREIGN KEY (event_id) REFERENCES public.delegates_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.initiatives_initiativecity
    ADD CONSTRAINT initiatives_initiativecity_city_id_fe374eaf_fk_cities_city_id FOREIGN KEY (city_id) REFERENCES public.cities_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_importjob
    ADD CONSTRAINT packages_importjob_change_set_id_0edc3801_fk_curation_ FOREIGN KEY (change_set_id) REFERENCES public.curation_changeset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_importjob
    ADD CONSTRAINT packages_importjob_made_by_id_c2956443_fk_auth_user_id FOREIGN KEY (made_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.packages_importrow
    ADD CONSTRAINT packages_importrow_job_id_fd99d98d_fk_packages_importjob_id FOREIGN KEY (job_id) REFERENCES public.packages_importjob(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_addresscheck
    ADD CONSTRAINT sources_addresscheck_report_id_1c6e8576_fk_sources_report_id FOREIGN KEY (report_id) REFERENCES public.sources_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_evidence
    ADD CONSTRAINT sources_evidence_content_type_id_93d446bb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_evidence
    ADD CONSTRAINT sources_evidence_figure_id_e41dd031_fk_sources_figure_id FOREIGN KEY (figure_id) REFERENCES public.sources_figure(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_evidence
    ADD CONSTRAINT sources_evidence_passage_id_ad4bcd91_fk_sources_passage_id FOREIGN KEY (passage_id) REFERENCES public.sources_passage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_figure
    ADD CONSTRAINT sources_figure_content_type_id_3fcfde5e_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_formerslug
    ADD CONSTRAINT sources_formerslug_content_type_id_69429d55_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_passage
    ADD CONSTRAINT sources_passage_report_id_efcadb37_fk_sources_report_id FOREIGN KEY (report_id) REFERENCES public.sources_report(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_ruling
    ADD CONSTRAINT sources_ruling_content_type_id_6574abe8_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
