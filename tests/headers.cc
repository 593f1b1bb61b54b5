// Nothing: it stands for the precompiled headers that all tests share.
