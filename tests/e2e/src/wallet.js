// A browser wallet by EIP-6963 and EIP-1193 that does what the test says: window.__wallet holds its state and its
// answers, window.__asked all requests that it got.
const [settings] = arguments;
window.__asked = [];
window.__wallet = {
  chain: "0x1",
  knows: ["0x1", "0x89", "0x2105"],
  account: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  hash: "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b",
  refuses: {},
  hangs: [],
  ...settings,
};
const refusal = (code) => Object.assign(new Error("refused"), { code });
const provider = {
  async request({ method, params }) {
    window.__asked.push({ method, params: JSON.parse(JSON.stringify(params ?? null)) });
    const wallet = window.__wallet;
    if (wallet.hangs.includes(method)) await new Promise((done) => (window.__release = done));
    if (method in wallet.refuses) throw refusal(wallet.refuses[method]);
    await new Promise((done) => setTimeout(done, 30));
    switch (method) {
      case "eth_requestAccounts":
        return [wallet.account];
      case "eth_chainId":
        return wallet.chain;
      case "wallet_switchEthereumChain":
        if (!wallet.knows.includes(params[0].chainId)) throw refusal(4902);
        wallet.chain = params[0].chainId;
        return null;
      case "eth_sendTransaction":
        return wallet.hash;
      default:
        throw refusal(4200);
    }
  },
};
const icon = "data:image/svg+xml," + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><circle cx="48" cy="48" r="44" fill="#c60"/></svg>');
const wallets = [
  { info: { uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: "Fox & <i>Son</i>", icon, rdns: "example.fox" }, provider },
  { info: { uuid: "41f0fa8b-6b41-4c3f-a4bd-a1bcb6d0c17c", name: "Remote", icon: "https://icons.example/x.png", rdns: "example.remote" }, provider },
  { info: { uuid: "no provider", name: "Nobody", icon, rdns: "example.nobody" } },
];
const announce = () => {
  for (const detail of wallets) {
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze(detail) }));
  }
};
window.addEventListener("eip6963:requestProvider", announce);
announce();
