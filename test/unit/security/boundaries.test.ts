import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { KiroError } from '../../../src/base/errors';
import { Hosts } from '../../../src/kiro/transport/hosts';
import { sourceOf } from '../../fixtures/sources';

interface Locked {
  version: string;
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const read = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json');
const dependencies = Object.entries(packages).filter(([path]) => path !== '');

describe('the hosts that a token is sent to', () => {
  const hosts = new Hosts(() => ({}));
  const session = { accountId: 'a', accessToken: 't', profileArn: undefined, tokenType: undefined };
  /** The hosts for a region, whatever that is; none where it is refused. */
  function hostsIn(region: string): string[] {
    try {
      const all = (['runtime', 'management'] as const).flatMap((one) =>
        hosts.candidates(one, { ...session, region }),
      );
      return all.map((url) => new URL(url).host);
    } catch (error) {
      assert.ok(error instanceof KiroError && error.reason === 'bad-region');
      return [];
    }
  }
  const isOfficial = (host: string) => /\.(kiro\.dev|amazonaws\.(com|com\.cn|eu))$/.test(host);

  it('are Kiro’s and AWS’s own, of any region that has the shape of one', () => {
    assert.equal(hostsIn('eu-central-1').length, 4);
    for (const region of [
      'evil.example/',
      'us-east-1.evil.example#',
      'us-east-1@evil.example',
      'us-east-1\n',
      '',
      '../x',
    ])
      assert.deepEqual(hostsIn(region), []);
    const region = fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{2,4}[-.@/#?:\\a-z0-9]{0,20}-\d{1,2}.?$/));
    fc.assert(
      fc.property(region, (text) => hostsIn(text).every(isOfficial)),
      { numRuns: 2000 },
    );
  });
});

describe('the addresses that the code has', () => {
  it('are those of the service, of pages for a browser, of this machine, and what a person typed', () => {
    const code = sourceOf().replace(/^ *(?:\/\/|\/?\*).*$/gm, '');
    const addresses = code.matchAll(/https?:\/\/((?:[\w-]|\.(?=[\w$])|\$\{[^}?]*\})+)/g);
    const found = [...addresses].map(([, host = '']) => host.replace(/\$\{(.*?)\}/g, '$$$1'));
    const service = ['$service.$session.region.kiro.dev', 'q.$session.region.$awsDomain(session.region)'];
    const signIn = ['oidc.$region.$awsDomain(region)', 'prod.us-east-1.auth.desktop.kiro.dev'];
    const browser = ['app.kiro.dev', 'view.awsapps.com', 'my-company.awsapps.com', 'support.aws.amazon.com'];
    const others = ['localhost', '$typed', '$url.host'];
    assert.deepEqual(new Set(found), new Set([...service, ...signIn, ...browser, ...others]));
  });
});

describe('what is built of other people’s code', () => {
  it('is pinned by its content, each package of it', () => {
    assert.ok(dependencies.length > 100);
    const loose = dependencies.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    assert.deepEqual(
      loose.map(([path]) => path),
      [],
    );
  });

  it('runs no script when it is installed, of what is in the package', () => {
    const shipped = dependencies.filter(([, { dev }]) => !dev);
    assert.ok(shipped.some(([path]) => path.endsWith('/better-sqlite3')));
    const scripted = shipped.filter(
      ([path, { hasInstallScript }]) => hasInstallScript && !/keytar$/.test(path),
    );
    assert.deepEqual(
      scripted.map(([path]) => path),
      [],
    );
    const { scripts } = read<{ scripts: Record<string, string> }>('package.json');
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'vscode:uninstall'];
    assert.deepEqual(
      hooks.filter((name) => name in scripts),
      [],
    );
  });

  it('starts no program and makes no code of texts, in our own part of it', () => {
    const wrong = globSync('src/**/*.ts').filter((file) =>
      /\beval\(|\bnew Function\b|node:(child_process|vm|repl)'/.test(readFileSync(file, 'utf8')),
    );
    assert.deepEqual(wrong, []);
  });
});
