<?xml version="1.0" encoding="utf-8"?>
<!--
  Mued.PsDb.Types.ps1xml: a record that goes down the pipeline tells its database by a handle, never by a password; what stands behind
  another kind of record is shown by its most important columns, and a job gives whole records back, with states as words.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output indent="yes" encoding="utf-8"/>

  <xsl:template match="/views">
    <Types>
      <xsl:apply-templates select="report | record | state"/>
    </Types>
  </xsl:template>

  <xsl:template match="report | record">
    <Type>
      <Name>Mued.PsDb.<xsl:value-of select="@type"/></Name>
      <Members>
        <xsl:if test="self::report or @piped = 'true'">
          <ScriptProperty IsHidden="true">
            <Name>Connection</Name>
            <GetScriptBlock>[Mued.PsDb.Loader.ModuleLoadContext]::View::Connection($this)</GetScriptBlock>
          </ScriptProperty>
        </xsl:if>
        <MemberSet>
          <Name>PSStandardMembers</Name>
          <Members>
            <PropertySet>
              <Name>DefaultDisplayPropertySet</Name>
              <ReferencedProperties>
                <xsl:for-each select="*[@width and not(contains(., '$')) and not(contains(., '.')) and not(. = preceding-sibling::*[@width])]">
                  <Name><xsl:value-of select="."/></Name>
                </xsl:for-each>
              </ReferencedProperties>
            </PropertySet>
            <NoteProperty>
              <Name>SerializationDepth</Name>
              <Value>5</Value>
            </NoteProperty>
          </Members>
        </MemberSet>
      </Members>
    </Type>
  </xsl:template>

  <xsl:template match="state">
    <Type>
      <Name>Mued.PsDb.<xsl:value-of select="@type"/></Name>
      <Members>
        <MemberSet>
          <Name>PSStandardMembers</Name>
          <Members>
            <NoteProperty>
              <Name>SerializationMethod</Name>
              <Value>String</Value>
            </NoteProperty>
          </Members>
        </MemberSet>
      </Members>
    </Type>
  </xsl:template>
</xsl:stylesheet>
