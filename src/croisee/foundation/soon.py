from django.http import Http404


def soon(request, **kwargs):
    raise Http404
