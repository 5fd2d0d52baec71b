"""Addresses (DECISIONS 1, 2): private below /akun/, the report path alone, everything public below its language."""

from django.conf import settings
from django.urls import URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import serve as serve_document

from accounts import translating

from . import favicon, gallery, health, listening, media, sharing, sitemaps, views
from .prefix import LanguagePrefix

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error

private = [
    path("akun", RedirectView.as_view(url="/akun/cms/")),
    path("akun/gaya/", gallery.gallery, name="gallery"),
    path("akun/peringatan/", include("content.reports.staff_urls")),
    path("akun/laporan/", include("content.reports.vault.desk.urls")),
    path("akun/", include("accounts.urls")),
    # Overridden before the CMS so that no side door skips allauth (DECISIONS 2).
    path("akun/cms/login/", RedirectView.as_view(url=settings.LOGIN_URL, query_string=True)),
    # Nothing public is restricted: a password would need a cookie (content.core.wagtail_hooks).
    path("akun/cms/collections/<int:collection_id>/privacy/", views.closed),
    # These three ask less than they do (accounts.translating).
    path("akun/cms/localize/update/<int:translation_source_id>/", translating.update),
    path("akun/cms/localize/page/<int:page_id>/convert_to_alias/", translating.to_alias),
    path("akun/cms/localize/translate/<int:translation_id>/disable/", translating.stop),
    # Lists snippets to whoever is signed in, for a chooser of translated snippets: we have none, and ours are not meant.
    re_path(r"^akun/cms/localize/api/", views.closed),
    # A failure on purpose.
    path("akun/cms/failwhale/", views.closed),
    path("akun/cms/", include(wagtailadmin_urls)),
    path("admin/", RedirectView.as_view(url="/akun/cms/")),
]

plain = [
    path(f"{settings.REPORTS_PATH}/", include("content.reports.vault.urls")),
    path("keluar/", views.leave, name="leave"),
    path("sehat/", health.health, name="health"),
    path("b/<code>/", sharing.short, name="short"),
    re_path(r"^kartu/([a-z0-9]{4,12})-([0-9a-f]{8})\.png$", sharing.picture, name="card"),
    path("favicon.ico", favicon.favicon),
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemaps.sitemap),
    re_path(r"^sitemap-([1-9][0-9]{0,3})\.xml$", sitemaps.part),
    path("api/v1/", include("search.api.urls")),
    re_path(r"^dokumen/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("media/<path:path>", media.media),
    path("cek/slip/", RedirectView.as_view(url="/id/cek/slip/")),
    path("cek/", RedirectView.as_view(url="/id/cek/")),
    path("rencana/", RedirectView.as_view(url="/id/rencana/")),
    path("sekolah/", RedirectView.as_view(url="/id/sekolah/")),
    path("", views.serve_page, name="root"),
]

public = [
    URLResolver(
        LanguagePrefix(),
        [
            path("peta-situs/", views.site_map, name="site_map"),
            path("bahasa/", views.languages, name="languages"),
            path("dengar/<code>/", listening.listen, name="listen"),
            path("", include("search.urls")),
            path("", include("content.jobs.urls")),
            path("", include("content.guides.urls")),
            path("", include("content.reports.urls")),
            re_path(r"^((?:[\w\-]+/)*)$", views.serve_page, name="wagtail_serve"),
        ],
    )
]

urlpatterns = private + plain + public
