import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { kiroIdePaths } from '../../src/import/paths';
import { ideFilesOf, writeKiroIdeFiles } from '../fixtures/kiroIde';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { changeSetting, model, models, World } from './world';

const email = 'ann@example.com';
const startUrl = 'https://my-company.awsapps.com/start';
const openBrowser = 'Copy Code and Open Browser';

describe('ways in', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
    world.simulator.deviceIntervalMs = 1000;
  });
  afterEach(() => world.end());

  const run = (command: string) => vscode.commands.executeCommand(`kiroModels.${command}`);
  /** The person approves whatever code the browser is opened for. */
  const willApprove = (account: SimulatedAccount) => {
    world.person.browse = () => {
      for (const code of world.simulator.waitingCodes) world.simulator.approveDevice(code, account);
    };
  };
  const answers = async () => {
    world.simulator.script(text('Hi'), closing());
    const sonnet = await model('claude-sonnet-4.5');
    const response = await sonnet.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    let said = '';
    for await (const piece of response.text) said += piece;
    return said;
  };
  /** What the person finds in the clipboard, once it is of that kind. */
  const copied = async (is: (text: string) => boolean): Promise<string> => {
    for (;;) {
      const text = await vscode.env.clipboard.readText();
      if (is(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const heard = () => world.person.heard().join('\n');

  const methods = [
    ['AWS Builder ID', 'builder-id', 'signInBuilderId', []],
    ['IAM Identity Center', 'idc', 'signInIdentityCenter', [`${startUrl}/#/`]],
    ['Google', 'google', 'signInGoogle', []],
    ['GitHub', 'github', 'signInGitHub', []],
  ] as const;
  for (const [name, method, command, typed] of methods) {
    it(`lead through ${name} to a first answer, with a code that is shown and copied`, async () => {
      const account = world.simulator.createAccount({
        method,
        email,
        ...(method === 'idc' ? { startUrl } : {}),
      });
      willApprove(account);
      world.person.willAnswer(...typed, openBrowser);
      await run(command);
      const said = heard();
      const code = /Your code for .* is (\S+)/.exec(said)?.[1];
      assert.ok(code, said);
      assert.equal(await vscode.env.clipboard.readText(), code);
      assert.match(said, new RegExp(`^${email} \\(${name}, KIRO PRO\\) is ready`, 'm'));
      assert.equal(await answers(), 'Hi');
    });
  }

  it('lead through an organization’s own identity provider to a first answer', async () => {
    world.simulator.createAccount({ method: 'external-idp', email });
    // The simulated pages ask nobody: they send the browser on.
    world.person.browse = (page) => void fetch(page).catch(() => undefined);
    await run('signInOrganization');
    assert.match(heard(), /^ann@example\.com \(your organization’s identity provider, KIRO PRO\) is ready/m);
    assert.equal(await answers(), 'Hi');
  });

  it('stay open where no browser opens: the link of a code is copied, and leads on', async () => {
    const account = world.simulator.createAccount({ method: 'google', email });
    world.person.browser = 'does not open';
    world.person.presses.add('Copy Link');
    world.person.willAnswer(openBrowser);
    const signingIn = run('signInGoogle');
    const link = await copied((text) => text.includes('user_code='));
    assert.ok(link.startsWith(world.simulator.endpoints.portal), link);
    for (const code of world.simulator.waitingCodes) world.simulator.approveDevice(code, account);
    await signingIn;
    assert.match(heard(), /Your browser did not open\. Copy the link and open it yourself/);
    assert.equal(await answers(), 'Hi');
  });

  it('stay open where no browser opens: the link of an organization’s page is copied, and leads on', async () => {
    world.simulator.createAccount({ method: 'external-idp', email });
    world.person.browser = 'does not open';
    world.person.presses.add('Copy Link');
    const signingIn = run('signInOrganization');
    const link = await copied((text) => text.includes('/signin?'));
    await fetch(link);
    await signingIn;
    assert.match(heard(), /Your browser did not open\. Copy the link and open it yourself/);
    assert.equal(await answers(), 'Hi');
  });

  it('register a client of our own name for every sign-in', async () => {
    for (const who of [email, 'bob@example.com']) {
      willApprove(world.simulator.createAccount({ method: 'builder-id', email: who }));
      world.person.willAnswer(openBrowser);
      await run('signInBuilderId');
    }
    const registrations = world.simulator.received.filter(({ path }) => path === '/client/register');
    assert.deepEqual(
      registrations.map(({ body }) => (body as { clientName: string }).clientName),
      ['Kiro Models for Chat', 'Kiro Models for Chat'],
    );
  });

  it('take no for an answer', async () => {
    world.person.browse = () => {
      for (const code of world.simulator.waitingCodes) world.simulator.denyDevice(code);
    };
    world.person.willAnswer(openBrowser);
    await run('signInBuilderId');
    assert.match(heard(), /The sign-in was declined in the browser\./);
    assert.deepEqual(await models(), []);
  });

  it('end quietly where the person closes the code', async () => {
    world.person.willAnswer(undefined);
    await run('signInGoogle');
    assert.match(heard(), /^Your code for Google is \S+$/);
    assert.deepEqual(await models(), []);
  });

  it('refuse a start URL that is none, before anything is sent', async () => {
    world.person.willAnswer('https://my-company.example.com/start');
    await run('signInIdentityCenter');
    assert.match(heard(), /A start URL is on awsapps\.com/);
    assert.deepEqual(world.simulator.received, []);
  });

  it('take an API key, which is never refreshed', async () => {
    const account = world.simulator.addAccount({ method: 'api-key', email });
    world.person.willAnswer(` "${account.accessToken}"\n`);
    await run('addApiKey');
    assert.match(heard(), /\(Kiro API key, KIRO PRO\) is ready/);
    assert.equal(await answers(), 'Hi');
  });

  it('take a pasted refresh token, and refuse one that was shortened', async () => {
    const account = world.simulator.addAccount({ method: 'google', email });
    world.person.willAnswer(`${account.refreshToken.slice(0, 20)}...`);
    await run('pasteRefreshToken');
    assert.match(heard(), /That token is incomplete/);
    world.person.willAnswer(account.refreshToken);
    await run('pasteRefreshToken');
    assert.match(heard(), /ann@example\.com .* is ready/);
    assert.equal(await answers(), 'Hi');
  });

  it('take the logins of a JSON file that the person ticks', async () => {
    const [ann, bob] = ['ann@example.com', 'bob@example.com'].map((who) =>
      world.simulator.addAccount({ method: 'builder-id', email: who }),
    );
    assert.ok(ann && bob);
    const path = join(world.folder, 'accounts.json');
    const entry = (account: SimulatedAccount) => ({
      email: account.email,
      refreshToken: account.refreshToken,
      clientId: account.clientId,
      clientSecret: account.clientSecret,
      region: account.ssoRegion,
    });
    writeFileSync(path, JSON.stringify([entry(ann), entry(bob), { email: 'half@example.com' }]));
    world.person.willAnswer(path, ['bob@example.com']);
    await run('importFromFile');
    const said = heard();
    assert.match(said, /“half@example\.com” /);
    assert.match(said, /^bob@example\.com \(AWS Builder ID, KIRO PRO\) is ready/m);
    assert.equal(await answers(), 'Hi');
    assert.equal(world.simulator.chats.at(-1)?.account, bob);
  });

  it('keep every login of a file that works, and name the one that does not', async () => {
    const people = ['ann@example.com', 'bob@example.com', 'cem@example.com'].map((who) =>
      world.simulator.addAccount({ method: 'google', email: who }),
    );
    const path = join(world.folder, 'three.json');
    const entries = people.map(({ email, refreshToken }) => ({ email, refreshToken, provider: 'Google' }));
    writeFileSync(path, JSON.stringify(entries));
    people[1]?.revoke();
    world.person.willAnswer(path, ['ann@example.com', 'bob@example.com', 'cem@example.com']);
    await run('importFromFile');
    const said = heard();
    assert.match(said, /“bob@example\.com” was not imported\. /);
    assert.match(said, /ann@example\.com .* and cem@example\.com .* are ready/);
  });

  it('tell what a renewal does to the program that a whole login of a file was copied from', async () => {
    const { accessToken, refreshToken, expiresAt } = world.simulator.addAccount({ method: 'google', email });
    const path = join(world.folder, 'copy.json');
    const entry = { accessToken, refreshToken, expiresAt, authMethod: 'social', provider: 'Google' };
    writeFileSync(path, JSON.stringify(entry));
    world.person.willAnswer(path);
    await run('importFromFile');
    assert.match(heard(), /If another program still uses a login of that file, it has to sign in again/);
  });

  it('share the login of the Kiro IDE’s own file, however it is picked', async () => {
    const account = world.simulator.addAccount({ method: 'google', email });
    const paths = kiroIdePaths({ platform: process.platform, env: process.env, homedir: homedir() });
    writeKiroIdeFiles(paths, ideFilesOf(account));
    try {
      world.person.willAnswer(paths.token);
      await run('importFromFile');
      assert.match(heard(), /\(Google, KIRO PRO\) is ready/);
    } finally {
      rmSync(paths.token);
    }
  });

  it('say what is wrong with a file that holds no logins', async () => {
    const path = join(world.folder, 'broken.json');
    writeFileSync(path, '[{"refreshToken": "aor');
    world.person.willAnswer(path);
    await run('importFromFile');
    assert.match(heard(), /That file is not valid JSON, or is incomplete\./);
  });

  it('are all in one picker, what this machine has first', async () => {
    await world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email }));
    world.person.willAnswer('Use the Google login from Kiro CLI');
    await run('addAccount');
    const [picker] = world.person.heard();
    assert.match(
      picker ?? '',
      /^Add a Kiro Account: Found on this machine, Use the Google login from Kiro CLI, Sign in, AWS Builder ID, IAM Identity Center…, Google, GitHub, Your Organization, /,
    );
    assert.equal(await answers(), 'Hi');
  });

  for (const [variable, method] of [
    ['KIRO_API_KEY', 'api-key'],
    ['KIRO_REFRESH_TOKEN', 'google'],
  ] as const) {
    it(`take what ${variable} of the environment holds`, async () => {
      const account = world.simulator.addAccount({ method, email });
      process.env[variable] = method === 'api-key' ? account.accessToken : account.refreshToken;
      try {
        world.person.willAnswer(`Use ${variable}`);
        await run('addAccount');
        assert.match(
          heard(),
          new RegExp(`Found on this machine, .*Use ${variable}.*KIRO PRO\\) is ready`, 's'),
        );
        assert.equal(await answers(), 'Hi');
        assert.equal(world.simulator.chats.at(-1)?.account, account);
      } finally {
        delete process.env[variable];
      }
    });
  }

  it('take the database of Kiro CLI that the person chooses, where it is elsewhere', async () => {
    await world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email }));
    const path = vscode.workspace.getConfiguration('kiroModels').get<string>('kiroCli.databasePath') ?? '';
    await changeSetting('kiroCli.databasePath', undefined);
    world.person.presses.add('Choose File…');
    world.person.willAnswer(path);
    await run('importFromKiroCli');
    assert.match(heard(), /No Kiro CLI database was found on this machine\..*\(Google, KIRO PRO\) is ready/s);
    assert.equal(await answers(), 'Hi');
  });

  it('are imports only where a site has turned signing in off', async () => {
    await changeSetting('login.interactive', false);
    try {
      world.person.willAnswer(undefined);
      await run('addAccount');
      assert.doesNotMatch(heard(), /Builder ID|Google/);
    } finally {
      await changeSetting('login.interactive', undefined);
    }
  });

  it('ask which profile, where there are several', async () => {
    const account = world.simulator.createAccount({ method: 'idc', email, startUrl });
    const [profile] = account.profiles as { arn: string; profileName: string }[];
    assert.ok(profile);
    account.profiles = [
      profile,
      { arn: profile.arn.replace(/[^/]+$/, 'SECONDPROFILE'), profileName: 'Second' },
    ];
    willApprove(account);
    world.person.willAnswer(startUrl, openBrowser, 'Second');
    await run('signInIdentityCenter');
    assert.match(heard(), new RegExp(`Kiro profile for .*: ${profile.profileName}, Second`));
    assert.equal(await answers(), 'Hi');
    assert.match(world.simulator.chats.at(-1)?.body.profileArn ?? '', /SECONDPROFILE$/);
  });
});
