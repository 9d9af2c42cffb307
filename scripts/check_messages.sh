# Finds missing, doubtful and unused translations for `make check`. Needs GNU gettext.
set -u

template=locale/django.pot
trap 'rm -f $template' EXIT
catalogues=locale/*/LC_MESSAGES/django.po

# Without languages, the command writes only the template.
without=$(for catalogue in $catalogues; do echo "$catalogue" | sed 's|locale/\(.*\)/LC_MESSAGES.*|--exclude=\1|'; done)
python manage.py makemessages --verbosity 0 --keep-pot $without || exit 1

status=0
for catalogue in $catalogues; do
    # msgfmt finds wrong placeholders. msgcmp finds missing, untranslated, fuzzy and (only as a warning) unused messages.
    msgfmt --check-format --output-file=/dev/null "$catalogue" || status=1
    if ! found=$(msgcmp "$catalogue" "$template" 2>&1) || [ -n "$found" ]; then
        echo "$found" >&2
        status=1
    fi
    # Finds plural forms without a translation, which msgcmp accepts if another form is translated.
    awk -v catalogue="$catalogue" '
        empty && !/^"/ { print catalogue ":" empty " is empty"; found = 1 }
        { empty = /^msgstr\[[0-9]+\] ""$/ ? NR ": " $1 : "" }
        END { if (empty) { print catalogue ":" empty " is empty"; found = 1 } exit found }
    ' "$catalogue" >&2 || status=1
    if grep '^#~ msgid' "$catalogue" >&2; then
        echo "$catalogue: these messages are not used. Run: make messages ARGS=--no-obsolete" >&2
        status=1
    fi
done
exit $status
