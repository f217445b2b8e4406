/** The page's words in Portuguese. This file gives the dictionary its shape; `en.ts` must match it. */

import type { bank } from './pt-bank'
import type { billings } from './pt-billings'
import { checks } from './pt-checks'
import type { codes } from './pt-codes'
import type { emails } from './pt-emails'
import { searchWords } from './pt-find'
import type { find } from './pt-find-pages'
import type { jobs } from './pt-jobs'
import type { listing } from './pt-listing'
import type { bounces, mailReasons, outbox, pdf, resend } from './pt-outbox'
import type { overview } from './pt-overview'
import { problems } from './pt-problems'
import type { receipts } from './pt-receipts'
import type { rejects } from './pt-rejects'
import { today } from './pt-today'

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

export const pt = {
  app: {
    name: 'Cobrança',
    demonstration: 'Demonstração',
    demonstrationHint: 'Beneficiário fictício: os boletos desta instalação não podem ser pagos.',
    skipToContent: 'Ir para o conteúdo',
    language: 'Idioma',
    navigation: 'Seções',
    home: 'Início',
    uploads: 'Envios',
    billings: 'Cobranças',
    atBank: 'Banco',
    receipts: 'Recebimentos',
    emails: 'E-mails',
    outbox: 'Caixa de saída',
    version: (version: string) => `versão ${version}`,
    bank: (name: string, code: string) => `${name} (${code})`,
    wallet: (wallet: string) => `carteira ${wallet}`,
    notFoundTitle: 'Página não encontrada',
    notFoundBody: 'O endereço aberto não existe nesta aplicação.',
    backToUploads: 'Voltar aos envios',
    crashTitle: 'A página parou de funcionar',
    crashBody: 'Recarregue a página. Os arquivos já enviados continuam a ser processados.',
    reload: 'Recarregar',
    keys: (on: boolean) => `Atalhos / j k e: ${on ? 'ligados' : 'desligados'}`,
  },
  common: {
    loading: 'Carregando…',
    retry: 'Tentar de novo',
    cancel: 'Voltar',
    close: 'Fechar',
    copy: 'Copiar',
    copied: 'Copiado',
    clear: 'Limpar',
    previous: 'Anterior',
    next: 'Próxima',
    page: (page: number) => `Página ${page}`,
    pages: 'Páginas',
    none: '—',
    refresh: 'Atualizar',
  },
  key: {
    title: 'Chave de acesso',
    body: 'Este servidor pede uma chave da API. Ela fica guardada só nesta aba do navegador e é esquecida quando a aba se fecha.',
    label: 'Chave da API',
    refused: 'A chave informada foi recusada. Confira e tente de novo.',
    submit: 'Entrar',
    forget: 'Esquecer a chave',
  },
  file: {
    title: 'Enviar cobranças',
    lead: 'Escolha o CSV ou a planilha com os pagadores. Você confere as somas antes; só depois de confirmar cada linha vira um boleto e um e-mail.',
    dropTitle: 'Arraste o CSV ou a planilha Excel até aqui',
    dropOr: 'ou',
    choose: 'Escolher arquivo',
    inputLabel: 'Arquivo CSV ou planilha de cobranças',
    columns: 'Colunas: nome, CPF/CNPJ, e-mail, valor, vencimento e código da dívida, com estes nomes ou com os do modelo original, em qualquer ordem, com vírgula ou ponto e vírgula.',
    limit: (size: string) => `Até ${size} por arquivo.`,
    onlyOne: 'Solte um arquivo por vez; nenhum foi escolhido.',
    empty: 'O arquivo está vazio (0 bytes). Escolha outro.',
    tooLarge: (size: string) => `O arquivo passa do limite de ${size} deste servidor. Divida-o em partes menores.`,
    details: 'Arquivo escolhido',
    name: 'Nome',
    size: 'Tamanho',
  },
  periods: {
    label: 'Período',
    all: 'Todo o período',
    today: 'Hoje',
    yesterday: 'Ontem',
    week: '7 dias',
    month: 'Este mês',
    from: 'De',
    to: 'Até',
  },
  mail: {
    label: 'E-mail',
    modes: {
      outbox: 'Caixa de saída local, de teste: nada sai desta máquina',
      smtp: 'SMTP: os pagadores recebem e-mails de verdade',
      simulate: 'Simulado: PDFs e e-mails não são feitos',
    } as Partial<Record<string, string>>,
    short: { outbox: 'caixa de teste', smtp: 'SMTP', simulate: 'simulado' } as Partial<Record<string, string>>,
    /** What SENT means: only a mail server takes a mail. */
    sent: { smtp: 'Enviada', outbox: 'Na caixa de teste', simulate: 'Simulada' } as Partial<Record<string, string>>,
  },
  send: {
    sending: 'Enviando…',
    progress: (sent: string, total: string) => `${sent} de ${total}`,
    progressLabel: 'Progresso do envio',
    working: 'Arquivo entregue. Conferindo as linhas…',
    cancel: 'Cancelar envio',
    cancelled: 'Envio cancelado. Nada foi guardado.',
  },
  result: {
    warnings: 'Avisos',
    warningsHint: 'Serão cobradas mesmo assim.',
  },
  codes: {} as typeof codes,
  uploads: {
    title: 'Arquivos enviados',
    table: 'Arquivos enviados',
    file: 'Arquivo',
    status: 'Situação',
    progress: 'Andamento',
    records: 'Linhas',
    accepted: 'Cobranças',
    amount: 'Valor total',
    rejected: 'Rejeitadas',
    duplicates: 'Já cobradas',
    actions: 'Ações',
    actionsFor: (name: string) => `Ações de ${name}`,
    progressOf: (name: string) => `Andamento de ${name}`,
    emptyTitle: 'Nenhum arquivo enviado ainda',
    emptyBody: 'Escolha um CSV ou uma planilha acima. O envio aparece aqui assim que você emitir.',
    more: 'Mostrar mais antigos',
    view: 'Ver cobranças',
    mails: 'Ver e-mails',
    rejects: 'Baixar rejeições',
    mend: (count: number, formatted: string) =>
      `Corrigir ${formatted} ${plural(count, 'rejeitada', 'rejeitadas')}`,
    corrects: 'Ver o envio que corrige',
    pause: 'Pausar',
    resume: 'Retomar',
    retry: 'Retomar o que parou',
    remove: 'Cancelar cobranças…',
    removeTitle: 'Cancelar as cobranças deste envio?',
    removeBody: (name: string, accepted: string) =>
      `As ${accepted} cobranças de “${name}” deixam de ser processadas. O que já saiu não volta: quem recebeu o boleto ainda pode pagá-lo. Os códigos das dívidas ficam livres: o arquivo, corrigido ou não, pode ser enviado de novo. O envio fica na lista, como cancelado.`,
    removeConfirm: 'Cancelar cobranças',
    live: 'Ao vivo',
    liveHint: 'A lista se atualiza sozinha.',
    polling: 'Consultando',
    pollingHint: 'Sem conexão contínua: a lista é consultada a cada poucos segundos.',
    sentOf: {
      smtp: (sent, all) => `${sent} de ${all} enviadas`,
      outbox: (sent, all) => `${sent} de ${all} na caixa de saída local`,
      simulate: (sent, all) => `${sent} de ${all} simuladas`,
    } as Partial<Record<string, (sent: string, all: string) => string>>,
    cancelled: (count: number, formatted: string) =>
      `${formatted} ${plural(count, 'cancelada', 'canceladas')}`,
    settled: 'Pagamentos',
    paid: (count: number, formatted: string, amount: string) => `${formatted} ${plural(count, 'paga', 'pagas')}, ${amount}`,
    refused: (count: number, formatted: string) => `${formatted} ${plural(count, 'recusada', 'recusadas')} pelo banco`,
    day: (day: string, files: number, formatted: string, billings: number, accepted: string, amount: string) =>
      `${day} · ${formatted} ${plural(files, 'arquivo', 'arquivos')}, ${accepted} ${plural(billings, 'boleto', 'boletos')}, ${amount}`,
    find: 'Buscar arquivo pelo nome',
    findPlaceholder: 'Parte do nome do arquivo',
    stateFilter: 'Filtrar por situação',
    states: {
      '': 'Todas as situações',
      MOVING: 'Em andamento',
      TO_MEND: 'Com linhas a corrigir',
      ATTENTION: 'Parados, não entregues ou incertos',
      DONE: 'Concluídos',
      REMOVED: 'Cancelados',
    },
    noMatchTitle: 'Nenhum arquivo assim',
    noMatchBody: 'Confira o nome, ou escolha outro período.',
    rate: (perSecond: string, left: string) => `${perSecond}/s · ${left}`,
    left: (seconds: number) =>
      seconds < 60
        ? 'menos de 1 min'
        : seconds < 5_400
          ? `faltam ${Math.ceil(seconds / 60)} min`
          : `faltam ${Math.ceil(seconds / 3_600)} h`,
    noBillings: 'nenhuma cobrança',
    stoppedBy: 'Por que parou',
    heldUpBy: 'O que atrasa',
    failed: (count: number, formatted: string) =>
      `${formatted} ${plural(count, 'e-mail não entregue', 'e-mails não entregues')}`,
    uncertain: (count: number, formatted: string) =>
      `${formatted} ${plural(count, 'incerta', 'incertas')}`,
    owner: 'Beneficiário',
    receivedAt: 'Recebido em',
    removedAt: (when: string) => `cancelado em ${when}`,
  },
  uploadStatus: {
    byStatus: {
      ACKNOWLEDGED: 'Na fila',
      PROCESSING: 'Processando',
      PAUSED: 'Pausado',
      SENT: 'Concluído',
      ATTENTION: 'Requer atenção',
      REMOVED: 'Cancelado',
    } as Partial<Record<string, string>>,
    toMend: (rows: string) => `Concluído, ${rows} a corrigir`,
    nothing: 'Nada emitido',
    stopped: 'Parado',
  },
  billingStatus: {
    ACKNOWLEDGED: 'Na fila',
    ISSUED: 'Boleto emitido',
    DEFERRED: 'Tentando de novo',
    SENT: 'E-mail pronto',
    RESENT: 'Posto para novo envio',
    SECOND_COPY_MAILED: 'E-mail da 2ª via pedido',
    BOUNCED: 'Devolvida',
    FAILED: 'E-mail não entregue',
    UNCERTAIN: 'Envio incerto',
    REGISTERED: 'Registrada no banco',
    WRITTEN_OFF: 'Baixada pelo banco',
    PROTESTED: 'Protestada',
    REGISTRATION_REJECTED: 'Registro recusado',
    PARTIALLY_PAID: 'Paga em parte',
    PAID: 'Paga',
    OVERPAID: 'Paga a mais',
    REMOVED: 'Cancelada',
    PAID_AFTER_CANCEL: 'Paga após cancelada',
  } as Partial<Record<string, string>>,
  mailReasons: {} as typeof mailReasons,
  billings: {} as typeof billings,
  outbox: {} as typeof outbox,
  emails: {} as typeof emails,
  jobs: {} as typeof jobs,
  resend: {} as typeof resend,
  holds: {
    kinds: {
      quota: ['O limite de envios da conta de e-mail acabou', 'Os e-mails esperam e seguem sozinhos quando o limite voltar. Se ele já voltou, ou foi aumentado, continue agora.'],
      account: ['O servidor de e-mail recusa a nossa conta ou o remetente', 'Quem cuida da instalação precisa conferir usuário, senha e remetente; depois, continue o envio.'],
      policy: ['O servidor de e-mail recusa o que enviamos', 'Veja abaixo o que ele disse e corrija a causa; depois, continue o envio.'],
      message: ['O servidor de e-mail não aceita a nossa mensagem', 'Veja abaixo o que ele disse e corrija a causa; depois, continue o envio.'],
      brake: ['O envio parou por excesso de recusas', 'Nenhum e-mail sai até alguém olhar as respostas do servidor. Corrija a causa; depois, continue o envio.'],
    } as Record<'quota' | 'account' | 'policy' | 'message' | 'brake', [string, string]>,
    since: (when: string) => `Parado desde ${when}.`,
    until: (when: string) => `Nova tentativa automática: ${when}.`,
    reason: 'O que o servidor disse',
    resume: 'Continuar envio',
  },
  bounces: {} as typeof bounces,
  rejects: {} as typeof rejects,
  pdf: {} as typeof pdf,
  // These come with the pages that say them: see page-words.ts.
  bank: {} as typeof bank,
  checks,
  find: { ...searchWords } as typeof find,
  today,
  problems,
  receipts: {} as typeof receipts,
  listing: {} as typeof listing,
  overview: {} as typeof overview,
}

export type Dictionary = typeof pt
