//! Secrets and their hashes. A secret is shown or sent once and never stored; what is stored is its SHA-256.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// What every bearer token begins with, so that scanners recognise a leaked one.
pub(super) const TOKEN_PREFIX: &str = "roost_";

/// 256 bits from the system's generator as 43 characters that need no escaping anywhere.
pub(super) fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// Eight hex digits to tell one installation's cookies from another's; not a secret.
pub(super) fn short_id() -> String {
    format!("{:08x}", rand::random::<u32>())
}

/// What is stored of a secret. No salt: 256 random bits cannot be found in a table.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
