//! Images on their way in: decoded, recognised by their first bytes, bounded.

use app::{
    error::{AppError, ErrorCode},
    sessions::model::{IMAGE_MAX, IMAGE_TYPES, IMAGES_MAX, NewImage},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::row::NewAttachment;

/// The images of a message, ready to be stored.
///
/// # Errors
/// 400 for too many, for broken base64, for a kind the model cannot see or that is not what it says; 413 for too large.
pub(crate) fn accept(images: &[NewImage]) -> Result<Vec<NewAttachment>, AppError> {
    if images.len() > IMAGES_MAX {
        return Err(AppError::invalid("images", format!("At most {IMAGES_MAX} images go with a message.")));
    }
    images.iter().map(accept_one).collect()
}

fn accept_one(image: &NewImage) -> Result<NewAttachment, AppError> {
    if !IMAGE_TYPES.contains(&image.media_type.as_str()) {
        return Err(AppError::invalid("images", "Only PNG, JPEG, GIF and WebP images can be sent."));
    }
    // Four characters of base64 are three bytes.
    if image.data.len() / 4 * 3 > IMAGE_MAX + 3 {
        return Err(AppError::new(ErrorCode::TooLarge, "An image may have at most 5 MB.").with("images"));
    }
    let bytes = STANDARD
        .decode(&image.data)
        .map_err(|_| AppError::invalid("images", "An image is not valid base64."))?;
    if bytes.len() > IMAGE_MAX {
        return Err(AppError::new(ErrorCode::TooLarge, "An image may have at most 5 MB.").with("images"));
    }
    match kind(&bytes) {
        Some(kind) if kind == image.media_type => Ok(NewAttachment::new(image.media_type.clone(), bytes)),
        Some(kind) => {
            Err(AppError::invalid("images", format!("An image says {} but is {kind}.", image.media_type)))
        }
        None => Err(AppError::invalid("images", "A file is not an image that can be sent.")),
    }
}

/// The media type that the first bytes show (<https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern>).
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn image(media_type: &str, bytes: &[u8]) -> NewImage {
        NewImage { media_type: media_type.to_owned(), data: STANDARD.encode(bytes) }
    }

    #[test]
    fn an_image_must_be_what_it_says() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        assert_eq!(accept(&[image("image/png", png)]).unwrap()[0].meta.bytes, png.len() as u64);
        assert!(accept(&[image("image/jpeg", png)]).unwrap_err().message.contains("image/png"));
        assert!(accept(&[image("image/svg+xml", b"<svg/>")]).is_err());
        assert!(accept(&[image("image/png", b"not one")]).is_err());
    }

    #[test]
    fn too_many_and_too_large_are_refused() {
        let png = image("image/png", b"\x89PNG\r\n\x1a\n");
        assert!(accept(&vec![png; IMAGES_MAX + 1]).is_err());
        let large = image("image/png", &vec![0; IMAGE_MAX + 1]);
        assert_eq!(accept(&[large]).unwrap_err().code, ErrorCode::TooLarge);
    }
}
