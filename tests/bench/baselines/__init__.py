"""Hold what Tashbik is compared with: the least that plain tools need for the same hops, written for the purpose."""
