// Consumer groups with their lag.
import { LivePart, Part, html, link, nothing } from '../base.js';
import { api, store } from '../store.js';
import { title } from '../parts.js';
import { count } from '../format.js';

const COLUMNS = [
  { label: 'Group', sort: 'id', cell: (row) => html`<a href=${link('groups', row.id)}>${row.id}</a>` },
  { label: 'State', sort: 'state', cell: (row) => html`<span class="state ${row.state === 'Stable' ? 'good' : ''}">${row.state}</span>` },
  { label: 'Type', cell: (row) => row.type },
  { label: 'Members', sort: 'members', number: true, cell: (row) => count(row.members) },
  { label: 'Topics', cell: (row) => topics(row.topics) },
  { label: 'Lag', sort: 'lag', number: true, cell: (row) => count(row.lag) },
];

const topics = (names) =>
  html`${names.slice(0, 3).map((name, i) => html`${i > 0 ? ', ' : nothing}<a href=${link('topics', name)}>${name}</a>`)}
  ${names.length > 3 ? html`<span class="quiet">and ${names.length - 3} more</span>` : nothing}`;

class GroupsPage extends Part {
  render() {
    return html`
      ${title('Groups', 'log', 'Each group reads a topic at its own pace; lag is how far it is behind the end.')}
      <list-table
        path="/groups"
        noun="groups"
        .columns=${COLUMNS}
        .empty=${'No groups yet. A Kafka consumer with a group id makes one.'}
      ></list-table>
    `;
  }
}

customElements.define('groups-page', GroupsPage);

const SHOWN = 200;

class GroupPage extends LivePart {
  static properties = { name: {}, group: { state: true }, failure: { state: true } };

  #refresh = () => this.load();

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener('sample', this.#refresh);
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener('sample', this.#refresh);
  }

  async load() {
    try {
      this.group = await api(`/groups/${encodeURIComponent(this.name)}`);
      this.failure = '';
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  render() {
    const { group } = this;
    return html`
      <a class="back" href="#/groups">Groups</a>
      ${title(this.name, 'log', group ? `${group.state}, ${group.type} protocol` : '')}
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${group ? html`${this.#places(group.partitions)} ${this.#members(group.members)}` : nothing}
    `;
  }

  #places(places) {
    const widest = Math.max(1, ...places.map((place) => place.lag));
    return html`<h2>Places</h2>
      ${places.length === 0
        ? html`<p class="quiet">Nothing committed yet.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Places">
            <table>
              <thead>
                <tr>
                  <th scope="col">Topic</th>
                  <th scope="col" class="num">Partition</th>
                  <th scope="col" class="num">Committed</th>
                  <th scope="col" class="num">End</th>
                  <th scope="col" class="num">Lag</th>
                  <th scope="col"><span class="sr">Lag as a bar</span></th>
                </tr>
              </thead>
              <tbody>
                ${places.slice(0, SHOWN).map(
                  (place) => html`<tr>
                    <td><a href=${link('topics', place.topic)}>${place.topic}</a></td>
                    <td class="num">${place.partition}</td>
                    <td class="num">${place.committedOffset < 0 ? '–' : count(place.committedOffset)}</td>
                    <td class="num">${count(place.endOffset)}</td>
                    <td class="num">${place.lag < 0 ? '–' : count(place.lag)}</td>
                    <td class="bar-cell"><meter min="0" max=${widest} value=${Math.max(0, place.lag)}></meter></td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`}`;
  }

  #members(members) {
    return html`<h2>Members</h2>
      ${members.length === 0
        ? html`<p class="quiet">Nobody is in this group now.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Members">
            <table>
              <thead>
                <tr>
                  <th scope="col">Client</th>
                  <th scope="col">Member</th>
                  <th scope="col">Host</th>
                </tr>
              </thead>
              <tbody>
                ${members.slice(0, SHOWN).map(
                  (member) => html`<tr>
                    <td>${member.clientId}</td>
                    <td><code>${member.memberId}</code></td>
                    <td>${member.host}</td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`}`;
  }
}

customElements.define('group-page', GroupPage);
