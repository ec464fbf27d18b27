// Kiro's refresh tokens are far longer; a shorter one was cut by whatever showed it.
const leastTokenLength = 100;

// Only names a Kiro credential is known by: the tokens themselves have `=` and `:` in them.
const assignment =
  /^(?:export\s+|set\s+|\$env:)?["']?(?:KIRO_API_KEY|KIRO_REFRESH_TOKEN|(?:kiro)?api_?key|refresh_?token)["']?\s*[=:]\s*/i;
const quotes = /^[\s"'`“”‘’]+|[\s"'`“”‘’,;]+$/g;

/**
 * A credential as it was meant, without what it picks up on its way through a terminal, a chat or a settings file:
 * quotes, line breaks, `Bearer`, and the name it was stored under (`KIRO_API_KEY=`, `"refreshToken":`).
 */
export function bareCredential(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, '')
    .replace(quotes, '')
    .replace(assignment, '')
    .replace(quotes, '')
    .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
    .replace(quotes, '');
}

/** Whether a refresh token was shortened for display: it has dots of omission, or is too short to be one. */
export function isTruncated(refreshToken: string): boolean {
  return isAbridged(refreshToken) || refreshToken.length < leastTokenLength;
}

/** Whether a credential has dots of omission. */
export function isAbridged(credential: string): boolean {
  return ['...', '…', '***'].some((omission) => credential.includes(omission));
}
