// Types of the npm package `cr-widget`: the element, its options, methods and events.

/** What is sold: gift cards, mobile top-ups, eSIMs. */
export type Kind = "giftcard" | "topup" | "esim";
export type Step = "browse" | "choose" | "recipient" | "method" | "review" | "pay" | "track" | "receipt";

/** The options of {@link mount}, and the properties of the element. `null` or absent: the documented default. */
export interface CrWidgetOptions {
  /** Base URL of the proxy, resolved against the page's own address. */
  proxy?: string | null;
  /** ISO 3166-1 alpha-2 code to start with. */
  country?: string | null;
  /** BCP 47 tag; the nearest language that there is. */
  lang?: string;
  /** What to preselect, spelt as the supplier does. */
  coin?: string | null;
  network?: string | null;
  /** Exact name of a brand to open with. */
  brand?: string | null;
  /** Only these are shown. */
  kind?: Kind | null;
  theme?: "auto" | "light" | "dark" | null;
  /** Filled in, and editable. */
  email?: string | null;
  /** E.164. */
  phone?: string | null;
  /** Where the sale came from, up to 128 characters. */
  utmSource?: string | null;
  /** `lazy`: when it comes near the viewport. */
  loading?: "lazy" | "eager" | null;
  /** `include`: cookies go to a proxy on another origin too. */
  credentials?: "same-origin" | "include" | null;
  /** Names or slugs between commas: only these are shown. */
  brands?: string | null;
  categories?: string | null;
  /** ISO codes between commas: only these are offered. */
  countries?: string | null;
  /** https addresses of the partner's pages. */
  termsUrl?: string | null;
  privacyUrl?: string | null;
  supportUrl?: string | null;
  kycUrl?: string | null;
  /** The shopper cannot change the country. */
  lockCountry?: boolean;
  /** E-money brands are listed, marked as not for sale here. */
  emoney?: boolean;
  /** Events carry the order id, which opens the order, code included. */
  exposeOrderId?: boolean;
}

/** The `detail` of each event: a frozen plain object; what is not known is `null`. */
export interface CrWidgetDetails {
  /** Each time the checkout begins; the brands are the first step. */
  "cr-ready": Readonly<{ version: string }>;
  "cr-step": Readonly<{ step: Step }>;
  "cr-brand-select": Readonly<{ brand: string; kind: Kind; category: string | null; country: string }>;
  "cr-order-created": Readonly<{
    reference: string;
    brand: string;
    kind: Kind;
    country: string;
    /** Decimal text; `null` when the supplier names none. */
    faceValue: string | null;
    currency: string | null;
    coin: string;
    network: string;
    /** Only with `expose-order-id`. It opens the order, code included. */
    orderId?: string;
  }>;
  "cr-order-status": Readonly<{
    reference: string;
    /** Spelt as the supplier does. */
    state: string;
    paymentState: string | null;
    orderId?: string;
  }>;
  /** The supplier calls it done. Comes again when the order is opened again: count each `reference` once. */
  "cr-order-done": Readonly<{ reference: string; orderId?: string }>;
  "cr-error": Readonly<{
    /** The supplier's, the proxy's, or one of ours: `OFFLINE`, `UNREACHABLE`, `BUSY`, `NOT_FOUND`, `FORBIDDEN`, `ORDER_OUTCOME_UNKNOWN`. */
    code: string;
    where: "catalog" | "product" | "quote" | "review" | "create" | "track";
  }>;
}

/** The events by name, for `addEventListener`. They bubble and pass shadow roots. */
export type CrWidgetEventMap = { [Name in keyof CrWidgetDetails]: CustomEvent<CrWidgetDetails[Name]> };

/** The methods. Once the element is defined they may be called, though nothing else is loaded yet. */
export interface CrWidgetMethods {
  /** Shows a brand, or the grid, in a country. */
  open(target?: { brand?: string; country?: string }): void;
  /** Back to the beginning; what was typed is forgotten. */
  reset(): void;
  /** Shows an order. */
  resume(orderId: string): void;
  /** Forgets the orders stored in this browser, and leaves the one on screen. */
  forget(): void;
}

/** `<cr-widget>`. Outside a browser the class is there but cannot be made. */
export class CrWidgetElement extends HTMLElement implements CrWidgetMethods {
  static readonly version: string;
  static readonly observedAttributes: readonly string[];
  proxy: string | null;
  country: string | null;
  coin: string | null;
  network: string | null;
  brand: string | null;
  kind: Kind | null;
  theme: "auto" | "light" | "dark" | null;
  email: string | null;
  phone: string | null;
  utmSource: string | null;
  loading: "lazy" | "eager" | null;
  credentials: "same-origin" | "include" | null;
  brands: string | null;
  categories: string | null;
  countries: string | null;
  termsUrl: string | null;
  privacyUrl: string | null;
  supportUrl: string | null;
  kycUrl: string | null;
  lockCountry: boolean;
  emoney: boolean;
  exposeOrderId: boolean;
  open(target?: { brand?: string; country?: string }): void;
  reset(): void;
  resume(orderId: string): void;
  forget(): void;
  addEventListener<Name extends keyof CrWidgetEventMap>(
    type: Name, listener: (this: CrWidgetElement, event: CrWidgetEventMap[Name]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name, listener: (this: HTMLElement, event: HTMLElementEventMap[Name]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof CrWidgetEventMap>(
    type: Name, listener: (this: CrWidgetElement, event: CrWidgetEventMap[Name]) => unknown, options?: boolean | EventListenerOptions): void;
  removeEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name, listener: (this: HTMLElement, event: HTMLElementEventMap[Name]) => unknown, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** What {@link mount} gives. */
export interface CrWidgetHandle {
  readonly element: CrWidgetElement;
  /** Changes the named options and leaves the others. */
  update(options: CrWidgetOptions): void;
  /** Removes the element. */
  destroy(): void;
}

/**
 * Registers `<cr-widget>`. The first definition of a page stays; outside a browser this does nothing.
 * @param options.assets the folder where the package's other files are served, if that is not the folder of this script
 * (as when a bundler moved it); resolved against the page.
 */
export function define(options?: { assets?: string | URL }): void;

/** Registers the element if that has not been done, makes one and appends it to `target` (an element or a selector). */
export function mount(target: Element | string, options?: CrWidgetOptions): CrWidgetHandle;

export const version: string;

/** The same object as the global of the script tag. */
export const CrWidget: Readonly<{ mount: typeof mount; version: string }>;

/** For JSX: the attributes, in kebab case or as properties. */
export interface CrWidgetAttributes extends CrWidgetOptions {
  "utm-source"?: string;
  "terms-url"?: string;
  "privacy-url"?: string;
  "support-url"?: string;
  "kyc-url"?: string;
  "lock-country"?: boolean | "";
  "expose-order-id"?: boolean | "";
  id?: string;
  class?: string;
  className?: string;
  hidden?: boolean;
  style?: unknown;
  key?: string | number | null;
  ref?: unknown;
  children?: never;
  "oncr-ready"?: (event: CrWidgetEventMap["cr-ready"]) => void;
  "oncr-step"?: (event: CrWidgetEventMap["cr-step"]) => void;
  "oncr-brand-select"?: (event: CrWidgetEventMap["cr-brand-select"]) => void;
  "oncr-order-created"?: (event: CrWidgetEventMap["cr-order-created"]) => void;
  "oncr-order-status"?: (event: CrWidgetEventMap["cr-order-status"]) => void;
  "oncr-order-done"?: (event: CrWidgetEventMap["cr-order-done"]) => void;
  "oncr-error"?: (event: CrWidgetEventMap["cr-error"]) => void;
}

declare global {
  interface HTMLElementTagNameMap {
    "cr-widget": CrWidgetElement;
  }
  /** The events bubble: listeners on `document` and `window` see them too. */
  interface DocumentEventMap extends CrWidgetEventMap {}
  interface WindowEventMap extends CrWidgetEventMap {}
  interface Window {
    /** Added by the script tag only. */
    readonly CrWidget?: typeof CrWidget;
  }
  namespace JSX {
    interface IntrinsicElements {
      "cr-widget": CrWidgetAttributes;
    }
  }
}
