import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { setupModelId } from '../../src/vscode/chat/setupModel';
import type { SimulatedAccount } from '../simulator/account';
import { monthlyLimit, serviceUnavailable } from '../simulator/httpErrors';
import { closing, fail, Gate, text, waitAt } from '../simulator/steps';
import { changeSetting, eventually, model, models, World } from './world';

const ann = 'ann@example.com';
const bob = 'bob@example.com';

describe('accounts in the editor', () => {
  let world: World;
  let google: SimulatedAccount;
  let builderId: SimulatedAccount;
  beforeEach(async () => {
    world = await World.create();
    google = world.simulator.addAccount({ method: 'google', email: ann });
    builderId = world.simulator.addAccount({ method: 'builder-id', email: bob });
    builderId.models = builderId.models.filter(({ modelId }) => modelId === 'claude-sonnet-4.5');
  });
  afterEach(() => world.end());

  const idsOf = async () => (await models()).map(({ id }) => id).sort();
  const entries = () => vscode.lm.selectChatModels({ vendor: 'kiroModels', id: setupModelId });
  const catalogOf = (account: SimulatedAccount) => account.models.map(({ modelId }) => modelId).sort();

  it('are none at first, and nobody is told or asked anything', async () => {
    assert.deepEqual(await models(), []);
    assert.deepEqual(world.person.heard(), []);
    assert.deepEqual(world.simulator.received, []);
  });

  it('are not asked for because an extension tries whatever model it finds', async () => {
    await eventually(vscode.lm.onDidChangeChatModels, async () => (await entries()).length > 0);
    const [entry] = (await entries()) as [vscode.LanguageModelChat];
    const asked = entry.sendRequest([vscode.LanguageModelChatMessage.User('Hi')], {});
    await assert.rejects(async () => {
      for await (const _ of (await asked).stream);
    }, /No Kiro account is set up yet/);
    assert.deepEqual(world.person.heard(), []);
  });

  const fromChats = [
    { host: 'newest', modelOptions: { _conversationId: 'one', _telemetryTurn: 1 } },
    { host: 'oldest', modelOptions: { _telemetryTurn: 1 } },
  ];
  for (const { host, modelOptions } of fromChats) {
    it(`are asked for because a person chats in the ${host} VS Code`, async () => {
      await eventually(vscode.lm.onDidChangeChatModels, async () => (await entries()).length > 0);
      const [entry] = (await entries()) as [vscode.LanguageModelChat];
      world.person.willAnswer(undefined);
      const asked = entry.sendRequest([vscode.LanguageModelChatMessage.User('Hi')], { modelOptions });
      await assert.rejects(async () => {
        for await (const _ of (await asked).stream);
      });
      assert.match(world.person.heard().join(), /^Add a Kiro Account: /);
    });
  }

  it('are not imported where the person declines the notice', async () => {
    await world.signKiroCliIn(google);
    world.person.willAnswer(undefined);
    await vscode.commands.executeCommand('kiroModels.importFromKiroCli');
    assert.match(world.person.heard().join('\n'), /unofficial/);
    assert.deepEqual(await models(), []);
  });

  it('come with one notice where a person begins twice', async () => {
    await world.signKiroCliIn(google, builderId);
    const bothAsk = new Gate();
    const chosen = bothAsk.opened.then(() => ['Google']);
    world.person.willAnswer(chosen, chosen, undefined);
    const begin = () => vscode.commands.executeCommand('kiroModels.importFromKiroCli');
    const begun = Promise.all([begin(), begin()]);
    const lists = /^Import from Kiro CLI: /;
    await eventually(world.person.onDidHear, async () => world.person.count(lists) === 2);
    bothAsk.open();
    await begun;
    assert.equal(world.person.count(/unofficial/), 1);
    assert.deepEqual(await models(), []);
  });

  it('come from Kiro CLI, with the notice once, and bring their own models', async () => {
    world.person.willAnswer('Continue');
    await world.import(google);
    assert.deepEqual(await idsOf(), catalogOf(google));
    // The entry that led there is gone.
    assert.deepEqual(await entries(), []);
    const said = world.person.heard();
    assert.match(said[0] ?? '', /unofficial/);
    assert.match(said[1] ?? '', /^ann@example\.com \(Google, KIRO PRO\) is ready\./);

    await world.import(google);
    assert.deepEqual(
      world.person.heard().map((line) => line.split('.')[1]),
      ['com (Google, KIRO PRO) was updated'],
    );
    world.person.willAnswer('Sign Out');
    await vscode.commands.executeCommand('kiroModels.signOut');
    assert.deepEqual(await models(), []);
  });

  it('are ticked by the person where Kiro CLI has several', async () => {
    await world.signKiroCliIn(google, builderId);
    world.person.willAnswer(['AWS Builder ID']);
    await vscode.commands.executeCommand('kiroModels.importFromKiroCli');
    assert.match(
      world.person.heard()[0] ?? '',
      /^Import from Kiro CLI: (Google, AWS Builder ID|AWS Builder ID, Google)$/,
    );
    assert.deepEqual(await idsOf(), catalogOf(builderId));
  });

  it('are switched in the picker, and the models follow', async () => {
    await world.import(google, builderId);
    assert.deepEqual(await idsOf(), catalogOf(google));
    world.person.heard();
    world.person.willAnswer(bob);
    await vscode.commands.executeCommand('kiroModels.switchAccount');
    await eventually(vscode.lm.onDidChangeChatModels, async () => (await models()).length === 1);
    assert.deepEqual(world.person.heard(), [
      `Kiro Accounts: ${ann}, ${bob}, , Add Account…, Check All Accounts`,
    ]);

    world.simulator.script(text('Hi'), closing());
    const response = await (await model('claude-sonnet-4.5')).sendRequest([
      vscode.LanguageModelChatMessage.User('Hi'),
    ]);
    for await (const _ of response.text);
    assert.equal(world.simulator.chats.at(-1)?.account, builderId);
  });

  it('lose a model that Kiro takes away, and whoever has it picked reads so', async () => {
    await world.import(google);
    const [taken, ...left] = google.models;
    assert.ok(taken);
    google.models = left;
    await world.import(google);
    await eventually(
      vscode.lm.onDidChangeChatModels,
      async () => String(await idsOf()) === String(catalogOf(google)),
    );
    // What the chat does with a model that stays picked: it asks the one of that id.
    const picked = await model(taken.modelId);
    world.simulator.expectViolation('unknown-model');
    const response = await picked.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    await assert.rejects(async () => {
      for await (const _ of response.text);
    }, /Kiro does not offer this model to your account/);
  });

  it('hand over to the next one when the active one is signed out', async () => {
    await world.import(google, builderId);
    world.person.willAnswer(ann, 'Sign Out');
    await vscode.commands.executeCommand('kiroModels.signOut');
    assert.deepEqual(await idsOf(), catalogOf(builderId));
  });

  it('that are signed out in the middle of an answer let it end', async () => {
    await world.import(google);
    const gate = new Gate();
    world.simulator.script(text('This began '), waitAt(gate), text('and ends in peace.'), closing());
    const opus = await model('claude-opus-4.8');
    const response = await opus.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    await gate.reached;
    world.person.willAnswer('Sign Out');
    await vscode.commands.executeCommand('kiroModels.signOut');
    assert.deepEqual(await models(), []);
    gate.open();
    let answer = '';
    for await (const piece of response.text) answer += piece;
    assert.equal(answer, 'This began and ends in peace.');
  });

  it('stay where the person thinks better of signing out', async () => {
    await world.import(google);
    world.person.willAnswer(undefined);
    await vscode.commands.executeCommand('kiroModels.signOut');
    assert.deepEqual(await idsOf(), catalogOf(google));
  });

  it('show a short list, marked as such, until their own was read', async () => {
    // Whoever asks first, the import or the picker: all of them are refused.
    for (let time = 0; time < 6; time++) world.simulator.failNext('models', serviceUnavailable());
    await world.import(google);
    const found = await models();
    assert.ok(found.length > 0);
    assert.match(world.person.heard().at(-1) ?? '', /was added, but some of its details could not be loaded/);
  });

  it('are told once to have ended, with their name, and leave when the person says so', async () => {
    await world.import(google);
    google.revoke();
    google.rejectAccessToken();
    world.person.heard();
    const ask = async () => {
      world.simulator.script(text('never'), closing());
      const response = await (await model('claude-sonnet-4.5')).sendRequest([
        vscode.LanguageModelChatMessage.User('Hi'),
      ]);
      for await (const _ of response.text);
    };
    await assert.rejects(ask(), /This Kiro sign-in has expired/);
    await assert.rejects(ask(), /This Kiro sign-in has expired/);
    assert.deepEqual(world.person.heard(), [`Kiro account ${ann}: Signed out; sign in again.`]);
    world.person.willAnswer('Remove');
    await vscode.commands.executeCommand('kiroModels.removeSignedOutAccounts');
    assert.deepEqual(await models(), []);
  });

  it('are signed in anew in place, and are our own then', async () => {
    await world.import(google);
    world.person.heard();
    world.simulator.deviceIntervalMs = 1000;
    world.person.browse = () => {
      for (const code of world.simulator.waitingCodes) world.simulator.approveDevice(code, google);
    };
    world.person.willAnswer('Copy Code and Open Browser');
    await vscode.commands.executeCommand('kiroModels.signInAgain');
    assert.match(world.person.heard().at(-1) ?? '', /^ann@example\.com is signed in again\.$/);
    world.person.willAnswer('Sign Out');
    await vscode.commands.executeCommand('kiroModels.signOut');
    // A login of our own is ended at the service, too.
    await world.simulator.waitFor(({ path }) => path === '/logout');
  });

  it('are signed in anew also where nobody can be asked whose the login is', async () => {
    await world.import(google);
    world.person.heard();
    world.simulator.deviceIntervalMs = 1000;
    world.person.browse = () => {
      for (const code of world.simulator.waitingCodes) world.simulator.approveDevice(code, google);
      world.simulator.failNext('usage', serviceUnavailable());
    };
    world.person.willAnswer('Copy Code and Open Browser');
    await vscode.commands.executeCommand('kiroModels.signInAgain');
    assert.match(world.person.heard().at(-1) ?? '', /^ann@example\.com \(Google, KIRO PRO\) is ready\./);
    assert.equal(new Set((await models()).map(({ id }) => id)).size, catalogOf(google).length);
  });

  it('are not signed in anew where a site allows imports only', async () => {
    await world.import(google);
    world.person.heard();
    await changeSetting('login.interactive', false);
    try {
      await vscode.commands.executeCommand('kiroModels.signInAgain');
      assert.match(world.person.heard().join('\n'), /^Signing in is turned off by the setting/);
    } finally {
      await changeSetting('login.interactive', undefined);
    }
  });

  it('stay where a setting of ours is of the wrong type, and the picker opens', async () => {
    await world.import(google);
    await changeSetting('kiroCli.databasePath', 42);
    world.person.willAnswer(undefined);
    await vscode.commands.executeCommand('kiroModels.addAccount');
    assert.match(world.person.heard().at(-1) ?? '', /^Add a Kiro Account: /);
  });

  it('become another account where somebody else signs in', async () => {
    await world.import(google);
    world.simulator.deviceIntervalMs = 1000;
    const other = world.simulator.createAccount({ method: 'google', email: bob });
    world.person.browse = () => {
      for (const code of world.simulator.waitingCodes) world.simulator.approveDevice(code, other);
    };
    world.person.heard();
    world.person.willAnswer('Copy Code and Open Browser');
    await vscode.commands.executeCommand('kiroModels.signInAgain');
    assert.match(
      world.person.heard().join('\n'),
      /You signed in as bob@example\.com, not as ann@example\.com/,
    );
    assert.equal(new Set((await models()).map(({ id }) => id)).size, catalogOf(google).length);
  });

  it('answer for one another where the person wants that, who is told', async () => {
    await world.import(google, world.simulator.addAccount({ method: 'github', email: bob }));
    await changeSetting('failover', true);
    try {
      world.person.heard();
      world.simulator.script(fail(monthlyLimit()));
      world.simulator.script(text('Here I am.'), closing());
      const opus = await model('claude-opus-4.8');
      const response = await opus.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
      let answer = '';
      for await (const piece of response.text) answer += piece;
      assert.equal(answer, 'Here I am.');
      assert.deepEqual(
        world.simulator.chats.map(({ account }) => account?.email),
        [ann, bob],
      );
      assert.deepEqual(world.person.heard(), [
        `Kiro account ${ann}: Out of credits. This chat continues with ${bob}.`,
      ]);
    } finally {
      await changeSetting('failover', undefined);
    }
  });

  it('take turns where the person wants that, one conversation each', async () => {
    await world.import(google, world.simulator.addAccount({ method: 'github', email: bob }));
    await changeSetting('accountStrategy', 'round-robin');
    try {
      const opus = await model('claude-opus-4.8');
      for (const conversation of ['one', 'two', 'one']) {
        world.simulator.script(text('Yes.'), closing());
        const response = await opus.sendRequest([vscode.LanguageModelChatMessage.User('Hi')], {
          modelOptions: { _conversationId: conversation },
        });
        for await (const piece of response.text) assert.equal(piece, 'Yes.');
      }
      assert.deepEqual(
        world.simulator.chats.map(({ account }) => account?.email),
        [ann, bob, ann],
      );
    } finally {
      await changeSetting('accountStrategy', undefined);
    }
  });

  it('are each asked about the budget that is theirs, whoever’s turn it is, and stay healthy where it stops one', async () => {
    await world.import(google, world.simulator.addAccount({ method: 'github', email: bob }));
    const settings = { accountStrategy: 'round-robin', 'budget.account': bob, 'budget.creditsPerDay': 0 };
    for (const [name, value] of Object.entries(settings)) await changeSetting(name, value);
    try {
      const opus = await model('claude-opus-4.8');
      const say = async (conversation: string) => {
        const response = await opus.sendRequest([vscode.LanguageModelChatMessage.User('Hi')], {
          modelOptions: { _conversationId: conversation },
        });
        for await (const piece of response.text) assert.equal(piece, 'Yes.');
      };
      world.simulator.script(text('Yes.'), closing());
      await say('one');
      world.person.heard();
      world.person.willAnswer('Stop Until Tomorrow');
      await assert.rejects(say('two'), /Your own budget is used up/);
      assert.match(world.person.heard()[0] ?? '', /^Your budget of 0 Kiro credits for today is used up/);
      assert.deepEqual(
        world.simulator.chats.map(({ account }) => account?.email),
        [ann],
      );
      // It is that account's turn again, once there is no budget: nothing was found wrong with it.
      await changeSetting('budget.creditsPerDay', undefined);
      world.simulator.script(text('Yes.'), closing());
      await say('two');
      assert.equal(world.simulator.chats.at(-1)?.account?.email, bob);
    } finally {
      for (const name of Object.keys(settings)) await changeSetting(name, undefined);
    }
  });

  it('are checked all at once', async () => {
    await world.import(google, builderId);
    world.person.heard();
    await vscode.commands.executeCommand('kiroModels.checkAccounts');
    assert.deepEqual(world.person.heard(), ['All 2 Kiro accounts are working.']);
  });

  it('are none to check where there is none, which is said', async () => {
    await vscode.commands.executeCommand('kiroModels.checkAccounts');
    assert.deepEqual(world.person.heard(), ['No Kiro account is signed in.']);
  });

  it('give a renewed token back to Kiro CLI', async () => {
    await world.import(google);
    const before = google.refreshToken;
    google.rejectAccessToken();
    await vscode.commands.executeCommand('kiroModels.checkAccounts');
    assert.notEqual(google.refreshToken, before);
    assert.equal(world.refreshTokenOfKiroCli(), google.refreshToken);
  });

  it('are not kept where the login has ended, and the person reads what to do', async () => {
    google.revoke();
    await world.import(google);
    assert.match(
      world.person.heard().join('\n'),
      /This Kiro sign-in has expired\. Sign in again; for a Kiro CLI login, run kiro-cli login/,
    );
    assert.deepEqual(await models(), []);
  });
});
