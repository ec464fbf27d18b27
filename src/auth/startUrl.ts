import { isBuilderIdStartUrl } from './credentials';

/** Why a text is no start URL. */
export type StartUrlProblem = 'empty' | 'not-a-url' | 'not-https' | 'user-info' | 'host' | 'path';

type StartUrlCheck =
  | {
      kind: 'ok';
      startUrl: string;
      /** The SSO region, where the host name says it. */
      region?: string | undefined;
    }
  | { kind: 'builder-id' }
  | { kind: 'invalid'; reason: StartUrlProblem };

// The hosts of AWS access portals: the classic one, whose path is `/start`, and those of AWS's multi-region and
// dual-stack portals (docs.aws.amazon.com/singlesignon, "multi-region workforce access"), which name their region.
const classic = /^[a-z0-9][a-z0-9-]*\.awsapps\.com$/;
const regional =
  /^ssoins-[a-z0-9]+\.(?:([a-z]{2}-[a-z]+-\d{1,2})\.portal\.amazonaws\.com|portal\.([a-z]{2}-[a-z]+-\d{1,2})\.app\.aws)$/;

/**
 * The start URL in what somebody typed or pasted, in the one form the service takes. Spaces, quotes, a missing
 * `https://`, a trailing slash and the page inside the portal (`#/…`) do no harm; the start URL of Builder ID is told
 * apart, because that is another way to sign in. Any other host is refused: nothing but AWS has a start URL.
 */
export function checkStartUrl(text: string): StartUrlCheck {
  const typed = text
    .trim()
    .replace(/^["'<]+|["'>]+$/g, '')
    .trim();
  if (!typed) return invalid('empty');
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (/\s/.test(typed) || !URL.canParse(address)) return invalid('not-a-url');
  const url = new URL(address);
  if (url.protocol !== 'https:') return invalid('not-https');
  if (url.username || url.password) return invalid('user-info');
  const path = url.pathname.replace(/\/+$/, '');
  const inRegion = regional.exec(url.host);
  if (inRegion) {
    if (path && path !== '/start') return invalid('path');
    return { kind: 'ok', startUrl: `https://${url.host}${path}`, region: inRegion[1] ?? inRegion[2] };
  }
  if (!classic.test(url.host)) return invalid('host');
  if (path && path !== '/start') return invalid('path');
  const startUrl = `https://${url.host}/start`;
  return isBuilderIdStartUrl(startUrl) ? { kind: 'builder-id' } : { kind: 'ok', startUrl };
}

function invalid(reason: StartUrlProblem): StartUrlCheck {
  return { kind: 'invalid', reason };
}
