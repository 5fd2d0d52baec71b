"""The form of a picture in the CMS. Apart from the other forms: Wagtail's own needs the models of all rooms first."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class ImageFileField(WagtailImageField):
    """A picture file that can be opened: Wagtail only looks at its first bytes and fails on the rest."""

    def check_image_pixel_size(self, f: Any) -> None:
        limit = self.max_image_pixels
        try:
            width, height = f.image.get_size()
            pixels = width * height
            if pixels <= limit:  # frames are counted only of what may be opened
                pixels *= f.image.get_frame_count()
        except Image.DecompressionBombError:
            pixels = limit + 1
        except Exception as error:
            # Whatever the libraries of pictures make of a broken one.
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        if pixels > limit:
            raise ValidationError(
                _("This picture has too many pixels. At most %(limit)s megapixels are taken; make it smaller first."),
                code="file_too_many_pixels",
                params={"limit": limit // 1_000_000},
            )


class ImageForm(BaseImageForm):
    """The form of a picture, with our field for its file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            old = self.fields["file"]
            self.fields["file"] = ImageFileField(
                label=old.label, required=old.required, widget=old.widget, help_text=old.help_text
            )
