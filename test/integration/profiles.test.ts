import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closing, text } from '../simulator/steps';
import { model, World } from './world';

describe('an account without a profile', () => {
  let world: World;
  before(async () => {
    world = await World.create();
  });
  after(() => world.end());

  it('gets one when Kiro takes its chats only with one: several are asked for, once', async () => {
    const account = world.simulator.addAccount({ method: 'idc', email: 'ada@example.com' });
    const { profileArn } = account;
    const profiles = ['One', 'Two'].map((profileName) => ({
      arn: profileName === 'Two' ? String(profileArn) : String(profileArn).replace(/\w+$/, 'OTHER'),
      profileName,
    }));
    account.profileArn = undefined;
    account.profiles = [];
    await world.import(account);
    account.profileArn = profileArn;
    account.profiles = profiles;
    world.person.heard();

    const chats = await model('claude-sonnet-4.5');
    world.simulator.expectViolation('profile-arn-required');
    for (const said of ['Hi', 'Again']) {
      if (said === 'Hi') world.person.willAnswer('Two');
      world.simulator.script(text(said), closing());
      const response = await chats.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
      let shown = '';
      for await (const piece of response.text) shown += piece;
      assert.equal(shown, said);
    }
    assert.deepEqual(world.person.heard(), [`Kiro profile for ada@example.com: One, Two`]);
    assert.deepEqual(
      world.simulator.chats.map(({ body }) => body.profileArn),
      [undefined, profileArn, profileArn],
    );
    world.simulator.assertDone();
  });
});
