/** The services that a client talks to, each at an origin of its own. */
export const services = ['runtime', 'management', 'oidc', 'social', 'portal'] as const;
export type Service = (typeof services)[number];

const region = '([a-z]{2,4}(?:-[a-z]+){1,2}-\\d{1,2})';
const hosts: [RegExp, Service][] = [
  [new RegExp(`^runtime\\.${region}\\.kiro\\.dev$`), 'runtime'],
  [new RegExp(`^management\\.${region}\\.kiro\\.dev$`), 'management'],
  // One host for both, chat and all the rest.
  [new RegExp(`^(?:q|codewhisperer)\\.${region}\\.amazonaws\\.com$`), 'runtime'],
  [new RegExp(`^oidc\\.${region}\\.amazonaws\\.com$`), 'oidc'],
  [new RegExp(`^prod\\.${region}\\.auth\\.desktop\\.kiro\\.dev$`), 'social'],
  [/^app\.kiro\.dev$/, 'portal'],
];

/** The service behind one of the real hosts, and the region its name carries. */
export function serviceAt(host: string): { service: Service; region: string | undefined } | undefined {
  for (const [pattern, service] of hosts) {
    const match = pattern.exec(host);
    if (match) return { service, region: match[1] };
  }
  return undefined;
}

/** The region in a profile ARN; undefined where it is no such ARN. */
export function regionOfProfile(arn: string): string | undefined {
  return /^arn:aws(?:-us-gov)?:codewhisperer:([a-z]{2}(?:-[a-z]+){1,2}-\d{1,2}):\d{12}:profile\/[A-Za-z0-9]+$/.exec(
    arn,
  )?.[1];
}
