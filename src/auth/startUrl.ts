/** The start URL of AWS Builder ID; any other one is an organization's IAM Identity Center. */
export const builderIdStartUrl = 'https://view.awsapps.com/start';

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

const region = '[a-z]{2,4}(?:-[a-z]+){1,2}-\\d{1,2}';

// AWS's access portals and their paths: the classic one; those of multi-region and dual-stack portals, which name their
// region (docs.aws.amazon.com/singlesignon, "multi-region workforce access", and the European Sovereign Cloud's); and
// those of GovCloud and China (AWS's own toolkits list both).
const portals: readonly { host: RegExp; path: RegExp; ownPath?: string }[] = [
  { host: /^[a-z0-9][a-z0-9-]*\.awsapps\.com$/, path: /^(\/start)?$/, ownPath: '/start' },
  {
    host: new RegExp(
      `^ssoins-[a-z0-9]+\\.(?:(${region})\\.portal\\.amazonaws\\.(?:com|eu)|portal\\.(${region})\\.app\\.aws)$`,
    ),
    path: /^(\/start)?$/,
    ownPath: '',
  },
  {
    host: new RegExp(`^start\\.(?:(${region})\\.)?(?:us-gov-home\\.awsapps\\.com|home\\.awsapps\\.cn)$`),
    path: /^\/directory\/[a-z0-9-]+$/,
  },
];

/**
 * The start URL in what somebody typed or pasted, in the one form the service takes. Spaces, quotes, a missing
 * `https://`, a trailing slash and the page inside the portal (`#/…`) do no harm; the start URL of Builder ID is told
 * apart, because that is another way to sign in. Any other host is invalid: nothing but AWS has a start URL.
 */
export function checkStartUrl(text: string): StartUrlCheck {
  const typed = text.replace(/^[\s"'<]+|[\s"'>]+$/g, '');
  if (!typed) return invalid('empty');
  const url = addressIn(typed);
  if (!url) return invalid('not-a-url');
  if (url.protocol !== 'https:') return invalid('not-https');
  if (url.username || url.password) return invalid('user-info');
  const portal = portals.find(({ host }) => host.test(url.host));
  if (!portal) return invalid('host');
  if (!portal.path.test(pathOf(url))) return invalid('path');
  const startUrl = spelled(url);
  if (startUrl === builderIdStartUrl) return { kind: 'builder-id' };
  const [, ...regions] = portal.host.exec(url.host) ?? [];
  const named = regions.find(Boolean);
  return { kind: 'ok', startUrl, ...(named && { region: named }) };
}

/** The SSO region of a start URL, as far as it or the settings say: the region there belongs to the start URL there, if any. */
export function knownRegion(
  { startUrl, region }: { startUrl: string; region?: string | undefined },
  settings: { startUrl: string; region: string },
): string | undefined {
  const isMeant = !settings.startUrl || canonicalStartUrl(settings.startUrl) === startUrl;
  return region ?? ((isMeant && settings.region) || undefined);
}

/** The one spelling of a start URL that another program wrote down, by which two are compared; undefined where it is no web address. */
export function canonicalStartUrl(text: string): string | undefined {
  const url = addressIn(text.trim());
  return url && spelled(url);
}

function spelled(url: URL): string {
  const path = pathOf(url);
  const portal = portals.find(({ host }) => host.test(url.host));
  return `https://${url.host}${portal?.path.test(path) ? (portal.ownPath ?? path) : path}`;
}

function addressIn(typed: string): URL | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  return /\s/.test(typed) ? undefined : (URL.parse(address) ?? undefined);
}

function pathOf(url: URL): string {
  return url.pathname.replace(/\/+$/, '').toLowerCase();
}

function invalid(reason: StartUrlProblem): StartUrlCheck {
  return { kind: 'invalid', reason };
}
