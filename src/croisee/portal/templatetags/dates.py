"""Dates in running text."""

from django import template

from croisee.foundation.dates import in_words

register = template.Library()
register.filter("in_words", in_words, expects_localtime=True)
