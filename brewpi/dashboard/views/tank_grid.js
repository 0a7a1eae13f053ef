// The cards of the whiteboard. Only what has changed is touched: focus and selection stay, and two hundred cards cost
// a tablet little.
const FROM = [5, 7, 10, 13, 19, 25];  // so many cards: the style sheet lays them out in another way
const MOVES = 50, PAUSE_MS = 1000;  // at a time: they take a browser a tenth of a second, and numbers wait meanwhile

export default {
  template: '<ul role="list"></ul>',
  props: { cards: Array },
  mounted() {
    this.items = new Map();
    this.put(this.cards, this.cards.map(([key]) => key));
  },
  methods: {
    // changed: key, classes and three pieces of HTML of each card, null for what is as before; order: all keys, or null
    put(changed, order) {
      for (const [key, classes, ...pieces] of changed) {
        const item = this.items.get(key) ?? this.add(key);
        if (classes !== null) item.className = classes;
        pieces.forEach((html, n) => {
          if (html !== null) item.children[n].innerHTML = html;
        });
      }
      if (order !== null) this.arrange(order);
    },
    add(key) {
      const item = document.createElement("li");
      item.append(...["h2", "div", "div"].map((tag) => document.createElement(tag)));
      this.items.set(key, item);
      return item;
    },
    arrange(order) {
      const kept = new Set(order);
      for (const [key, item] of this.items) {
        if (kept.has(key)) continue;
        item.remove();
        this.items.delete(key);
      }
      this.order = order;
      this.$el.dataset.from = FROM.filter((count) => order.length >= count).join(" ");
      this.move();
    },
    move() {
      clearTimeout(this.later);
      const focused = document.activeElement;
      let there = this.$el.firstElementChild, moved = 0;
      for (const key of this.order) {
        const item = this.items.get(key);
        if (item === there) {
          there = there.nextElementSibling;
          continue;
        }
        if (item.parentNode && ++moved > MOVES) {
          this.later = setTimeout(() => this.move(), PAUSE_MS);
          break;
        }
        this.$el.insertBefore(item, there);
      }
      if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    },
  },
};
